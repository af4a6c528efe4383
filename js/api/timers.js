/**
 * Timers, as Node's `timers`: objects that can be refreshed, and immediates.
 */
import { ERR_OUT_OF_RANGE } from 'socket:internal/errors'
import { clearImmediate, clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from 'socket:internal/timers'
import { deprecate } from 'socket:internal/util-functions'
import { validateNumber } from 'socket:internal/validators'
import promises from 'socket:timers/promises'

const custom = Symbol.for('nodejs.util.promisify.custom')
for (const [timer, promised] of /** @type {[any, any][]} */ ([[setTimeout, promises.setTimeout], [setImmediate, promises.setImmediate]])) {
  Object.defineProperty(timer, custom, { enumerable: true, get: () => promised })
}

/** Resolves after some milliseconds. @param {number} delay @param {{ signal?: AbortSignal }} [options] */
export const sleep = (delay, options = undefined) => promises.scheduler.wait(delay, options)

/** The engine's own, which give numbers. */
export const platform = Object.freeze({
  setTimeout: globalThis.setTimeout.bind(globalThis),
  clearTimeout: globalThis.clearTimeout.bind(globalThis),
  setInterval: globalThis.setInterval.bind(globalThis),
  clearInterval: globalThis.clearInterval.bind(globalThis)
})

/** Objects that Node's oldest interface gives a time to. @type {WeakMap<object, import('socket:internal/timers').Timeout>} */
const enrolled = new WeakMap()

/** @type {(item: any, msecs: number) => void} */
export const enroll = deprecate((/** @type {any} */ item, /** @type {any} */ msecs) => {
  validateNumber(msecs, 'msecs')
  if (msecs < 0 || !Number.isFinite(msecs)) throw new ERR_OUT_OF_RANGE('msecs', 'a non-negative finite number', msecs)
  enrolled.get(item)?.close()
  item._idleTimeout = Math.trunc(msecs)
}, 'timers.enroll() is deprecated. Please use setTimeout instead.', 'DEP0095')

/** @type {(item: any) => void} */
export const unenroll = deprecate((/** @type {any} */ item) => {
  enrolled.get(item)?.close()
  item._idleTimeout = -1
}, 'timers.unenroll() is deprecated. Please use clearTimeout instead.', 'DEP0096')

/** @param {any} item */
function begin (item) {
  if (!(item._idleTimeout >= 0)) return undefined
  enrolled.get(item)?.close()
  const timer = setTimeout(() => item._onTimeout?.(), item._idleTimeout)
  enrolled.set(item, timer)
  return timer
}

/** @type {(item: any) => void} */
export const active = deprecate((/** @type {any} */ item) => { begin(item) }, 'timers.active() is deprecated. Please use timeout.refresh() instead.', 'DEP0126')
/** @type {(item: any) => void} */
export const _unrefActive = deprecate((/** @type {any} */ item) => { begin(item)?.unref() }, 'timers._unrefActive() is deprecated. Please use timeout.refresh() instead.', 'DEP0127')

export { clearImmediate, clearInterval, clearTimeout, promises, setImmediate, setInterval, setTimeout }

export default {
  setTimeout, clearTimeout, setImmediate, clearImmediate, setInterval, clearInterval, _unrefActive, active, unenroll, enroll, promises, platform, sleep
}
