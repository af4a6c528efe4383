/**
 * Names of files, and what they tell.
 */
import { Buffer } from 'socket:buffer'
import { databases } from 'socket:mime'
import path from 'socket:path'

/** @typedef {string | Uint8Array} AnyPath  bytes where the name is no text */

/** @param {AnyPath} file */
export function nameOf (file) {
  return path.basename(textOf(file))
}

/** The type of a file by its ending; empty when it tells nothing, as in browsers. @param {AnyPath} file @returns {string} */
export function typeOf (file) {
  const ending = path.extname(textOf(file)).slice(1).toLowerCase()
  for (const database of databases) {
    const type = database.map.get(ending)
    if (type !== undefined && ending !== '') return type
  }
  return ''
}

/** @param {AnyPath} file */
export function textOf (file) {
  return typeof file === 'string' ? file : Buffer.from(file).toString()
}

/** A file of a directory. @param {AnyPath} folder @param {AnyPath} name @returns {AnyPath} */
export function below (folder, name) {
  if (typeof folder === 'string' && typeof name === 'string') return path.join(folder, name)
  return Buffer.concat([Buffer.from(/** @type {any} */ (folder)), Buffer.from(path.sep), Buffer.from(/** @type {any} */ (name))])
}

/** Paths as native code brings them: one after the other, text where they are text. @param {{ lengths: number[], body?: Uint8Array }} chosen @returns {AnyPath[]} */
export function pathsOf ({ lengths, body = new Uint8Array(0) }) {
  let at = 0
  return lengths.map((length) => {
    at += length
    const bytes = Buffer.from(body.slice(at - length, at))
    const text = bytes.toString()
    return Buffer.from(text).equals(bytes) ? text : bytes
  })
}
