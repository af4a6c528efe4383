/**
 * Who hears what of the native half: scans, connections and advertisements, each by a number of the page's own.
 */
import { on } from 'socket:internal/ipc'

/** @typedef {import('socket:internal/routes').Events} Events */
/** @typedef {'bluetooth.found' | 'bluetooth.value' | 'bluetooth.disconnected' | 'bluetooth.written'} Name */

let last = 0
/** @type {Map<number, (event: any) => void>} */
const listeners = new Map()
/** @type {(() => void)[]} */
let stops = []

/** @param {{ key: number }} event */
const hand = (event) => listeners.get(event.key)?.(event)

/**
 * Listens under a number that events carry.
 *
 * @param {(event: any) => void} listener
 * @returns {number}
 */
export function listen (listener) {
  listeners.set(++last, listener)
  if (stops.length === 0) {
    stops = [on('bluetooth.found', hand), on('bluetooth.value', hand), on('bluetooth.disconnected', hand), on('bluetooth.written', hand)]
  }
  return last
}

/** @param {number} key */
export function unlisten (key) {
  listeners.delete(key)
  if (listeners.size > 0) return
  for (const stop of stops) stop()
  stops = []
}
