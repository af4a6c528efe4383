/**
 * What moves the cursor of a terminal, for streams that lead to one.
 */
import { ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { nextTick } from 'socket:internal/tick'
import { validateFunction } from 'socket:internal/validators'

/** @typedef {{ write: (text: string, callback?: any) => boolean }} Output */

/** @param {Output | null | undefined} stream @param {string} text @param {(() => void) | undefined} callback */
function send (stream, text, callback) {
  if (callback !== undefined) validateFunction(callback, 'callback')
  if (stream === null || stream === undefined || text === '') {
    if (typeof callback === 'function') nextTick(callback)
    return true
  }
  return stream.write(text, callback)
}

/** @param {number} direction -1: to the left, 1: to the right, 0: all of it */
export const lineCode = (direction) => `\x1b[${direction < 0 ? 1 : direction > 0 ? 0 : 2}K`
export const SCREEN_DOWN = '\x1b[0J'

/** @param {number} x @param {number} [y] */
export const positionCode = (x, y) => typeof y !== 'number' ? `\x1b[${x + 1}G` : `\x1b[${y + 1};${x + 1}H`

/** @param {number} dx @param {number} dy */
export function moveCode (dx, dy) {
  const across = dx < 0 ? `\x1b[${-dx}D` : dx > 0 ? `\x1b[${dx}C` : ''
  return across + (dy < 0 ? `\x1b[${-dy}A` : dy > 0 ? `\x1b[${dy}B` : '')
}

/** @param {any} stream @param {number} dir -1: to the left, 1: to the right, 0: all of it @param {() => void} [callback] @returns {boolean} */
export function clearLine (stream, dir, callback = undefined) {
  return send(stream, lineCode(dir), callback)
}

/** @param {any} stream @param {() => void} [callback] @returns {boolean} */
export function clearScreenDown (stream, callback = undefined) {
  return send(stream, SCREEN_DOWN, callback)
}

/** @param {any} stream @param {number} x @param {any} [y] @param {() => void} [callback] @returns {boolean} */
export function cursorTo (stream, x, y = undefined, callback = undefined) {
  if (callback !== undefined) validateFunction(callback, 'callback')
  if (typeof y === 'function') [callback, y] = [y, undefined]
  if (Number.isNaN(x)) throw new ERR_INVALID_ARG_VALUE('x', x)
  if (Number.isNaN(y)) throw new ERR_INVALID_ARG_VALUE('y', y)
  if (stream === null || stream === undefined || (typeof x !== 'number' && typeof y !== 'number')) {
    if (typeof callback === 'function') nextTick(/** @type {any} */ (callback), null)
    return true
  }
  if (typeof x !== 'number') throw Object.assign(new TypeError('Cannot set cursor row without setting its column'), { code: 'ERR_INVALID_CURSOR_POS' })
  return send(stream, positionCode(x, y), callback)
}

/** @param {any} stream @param {number} dx @param {number} dy @param {() => void} [callback] @returns {boolean} */
export function moveCursor (stream, dx, dy, callback = undefined) {
  return send(stream, moveCode(dx, dy), callback)
}
