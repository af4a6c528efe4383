/**
 * How a page calls Socket Runtime, through its public API.
 */
import fs from 'socket:fs/promises'
import { request } from 'socket:ipc'

export const say = (/** @type {string} */ line) => console.log(line)

// A call that has nothing to do: it ends a call that is not there.
export const call = () => request('ipc.cancel', { number: 0 })

export const read = (/** @type {string} */ path) => fs.readFile(path)
