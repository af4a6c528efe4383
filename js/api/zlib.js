/**
 * Node's `zlib`: deflate and gzip, as streams, whole buffers, and at once.
 */
import { crc32 as sum } from 'socket:internal/zlib/crc32'
import { codes, constants } from 'socket:internal/zlib/constants'
import { later, sync } from 'socket:internal/zlib/once'
import * as streams from 'socket:internal/zlib/stream'
import { dataOf } from 'socket:internal/crypto/bytes'
import { validateUint32 } from 'socket:internal/validators'

/** @typedef {typeof import('node:zlib')} Node */
/** @typedef {import('node:zlib').ZlibOptions} ZlibOptions */

export const Deflate = /** @type {new (options?: ZlibOptions) => import('node:zlib').Deflate} */ (/** @type {unknown} */ (streams.Deflate))
export const Inflate = /** @type {new (options?: ZlibOptions) => import('node:zlib').Inflate} */ (/** @type {unknown} */ (streams.Inflate))
export const Gzip = /** @type {new (options?: ZlibOptions) => import('node:zlib').Gzip} */ (/** @type {unknown} */ (streams.Gzip))
export const Gunzip = /** @type {new (options?: ZlibOptions) => import('node:zlib').Gunzip} */ (/** @type {unknown} */ (streams.Gunzip))
export const DeflateRaw = /** @type {new (options?: ZlibOptions) => import('node:zlib').DeflateRaw} */ (/** @type {unknown} */ (streams.DeflateRaw))
export const InflateRaw = /** @type {new (options?: ZlibOptions) => import('node:zlib').InflateRaw} */ (/** @type {unknown} */ (streams.InflateRaw))
export const Unzip = /** @type {new (options?: ZlibOptions) => import('node:zlib').Unzip} */ (/** @type {unknown} */ (streams.Unzip))

/** @param {ZlibOptions} [options] */
export function createDeflate (options = undefined) { return new Deflate(options) }
/** @param {ZlibOptions} [options] */
export function createInflate (options = undefined) { return new Inflate(options) }
/** @param {ZlibOptions} [options] */
export function createGzip (options = undefined) { return new Gzip(options) }
/** @param {ZlibOptions} [options] */
export function createGunzip (options = undefined) { return new Gunzip(options) }
/** @param {ZlibOptions} [options] */
export function createDeflateRaw (options = undefined) { return new DeflateRaw(options) }
/** @param {ZlibOptions} [options] */
export function createInflateRaw (options = undefined) { return new InflateRaw(options) }
/** Finds out which of gzip and deflate it is. @param {ZlibOptions} [options] */
export function createUnzip (options = undefined) { return new Unzip(options) }

export const deflate = /** @type {Node['deflate']} */ (later(Deflate, 'Deflate'))
export const deflateSync = /** @type {Node['deflateSync']} */ (sync(Deflate))
export const inflate = /** @type {Node['inflate']} */ (later(Inflate, 'Inflate'))
export const inflateSync = /** @type {Node['inflateSync']} */ (sync(Inflate))
export const gzip = /** @type {Node['gzip']} */ (later(Gzip, 'Gzip'))
export const gzipSync = /** @type {Node['gzipSync']} */ (sync(Gzip))
export const gunzip = /** @type {Node['gunzip']} */ (later(Gunzip, 'Gunzip'))
export const gunzipSync = /** @type {Node['gunzipSync']} */ (sync(Gunzip))
export const deflateRaw = /** @type {Node['deflateRaw']} */ (later(DeflateRaw, 'DeflateRaw'))
export const deflateRawSync = /** @type {Node['deflateRawSync']} */ (sync(DeflateRaw))
export const inflateRaw = /** @type {Node['inflateRaw']} */ (later(InflateRaw, 'InflateRaw'))
export const inflateRawSync = /** @type {Node['inflateRawSync']} */ (sync(InflateRaw))
export const unzip = /** @type {Node['unzip']} */ (later(Unzip, 'Unzip'))
export const unzipSync = /** @type {Node['unzipSync']} */ (sync(Unzip))

/** @param {string | NodeJS.ArrayBufferView} data @param {number} [value] that of what came before @returns {number} */
export function crc32 (data, value = 0) {
  const bytes = dataOf(data, 'utf8')
  validateUint32(value, 'value')
  return sum(bytes, value)
}

export { codes, constants }

export * as default from 'socket:zlib'
