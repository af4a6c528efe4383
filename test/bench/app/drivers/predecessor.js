/**
 * How a page calls the C++ predecessor.
 */
import fs from 'socket:fs/promises'

export const say = (/** @type {string} */ line) => console.log(line)

// The smallest call of the public API that goes to the native side and back.
export const call = () => fs.access('/')

export const read = (/** @type {string} */ path) => fs.readFile(path)
