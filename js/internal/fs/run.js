/**
 * The three forms of a file operation. Each operation is written once, as a plan: what to call and what to
 * make of the answer. Its forms differ only in how they wait.
 */
import { readFailed } from 'socket:internal/fs/errors'
import { call, callSync } from 'socket:internal/ipc'
import { validateFunction } from 'socket:internal/validators'

/** @typedef {import('../routes.d.ts').Routes} Routes */

/**
 * @template T
 * @typedef {object} Plan
 * @property {keyof Routes} route
 * @property {any} request
 * @property {(answer: any) => T} finish
 * @property {AbortSignal} [signal]
 * @property {(error: any) => any} [fail] adds to an error what only JavaScript knows
 * @property {(answer: any) => boolean} [short] whether bytes are missing: then it is asked once more
 */

const nothing = () => {}

/**
 * @template {keyof Routes} R
 * @template [T=void]
 * @param {R} route
 * @param {Routes[R]['request']} request
 * @param {(answer: Routes[R]['response']) => T} [finish]
 * @param {AbortSignal} [signal]
 * @returns {Plan<T>}
 */
export function plan (route, request, finish = /** @type {() => any} */ (nothing), signal = undefined) {
  return { route, request, finish, signal }
}

/**
 * @template T
 * @param {Plan<T>} plan
 * @returns {Promise<T>}
 */
export async function run ({ route, request, finish, signal, fail, short }) {
  const ask = () => call(route, request, signal === undefined ? undefined : { signal })
  const answer = ask()
  const found = await (fail === undefined ? answer : answer.catch((error) => { throw fail(error) }))
  return finish(short?.(found) ? whole(await ask(), short) : found)
}

/** A file that has shrunk while it was read says its new length now; another cannot be read to its end. @param {any} answer @param {(answer: any) => boolean} short */
function whole (answer, short) {
  if (short(answer)) throw readFailed()
  return answer
}

/**
 * @template T
 * @param {Plan<T>} plan
 * @returns {T}
 */
export function runSync ({ route, request, finish, fail, short }) {
  let answer
  try {
    answer = callSync(route, request)
  } catch (error) {
    throw fail === undefined ? error : fail(error)
  }
  return finish(short?.(answer) ? whole(callSync(route, request), short) : answer)
}

/**
 * Tells a callback how a promise ended. What the callback throws is nobody's rejection.
 *
 * @param {Promise<any>} promise
 * @param {(error: any, ...results: any[]) => void} callback
 * @param {(value: any) => any[]} [results] what the callback gets beside the error
 */
export function settle (promise, callback, results = (value) => value === undefined ? [] : [value]) {
  promise.then(
    (value) => queueMicrotask(() => callback(null, ...results(value))),
    (error) => queueMicrotask(() => callback(error)))
}

/**
 * @template F
 * @param {F} form
 * @param {string} name
 * @returns {F}
 */
export function named (form, name) {
  return Object.defineProperty(form, 'name', { value: name })
}

/**
 * @template {any[]} A
 * @template T
 * @param {(...args: A) => Plan<T>} operation
 * @returns {(...args: A) => Promise<T>}
 */
export function promised (operation) {
  return named(async (/** @type {A} */ ...args) => run(operation(...args)), operation.name)
}

/**
 * @template {any[]} A
 * @template T
 * @param {(...args: A) => Plan<T>} operation
 * @returns {(...args: A) => T}
 */
export function synced (operation) {
  return named((/** @type {A} */ ...args) => runSync(operation(...args)), `${operation.name}Sync`)
}

/**
 * @template {any[]} A
 * @template T
 * @param {(...args: A) => Plan<T>} operation
 * @param {number} required how many arguments cannot be left out
 * @param {{ most?: number, late?: boolean, split?: (args: any[]) => [number, any] }} [form] how many arguments there are
 *   before the callback; whether they are looked at before the callback is; or where the callback is, if neither says it
 * @returns {(...args: any[]) => void}
 */
export function calledBack (operation, required, { most = required, late = false, split } = {}) {
  return named((/** @type {any[]} */ ...args) => {
    let count = required
    while (count < most && typeof args[count] !== 'function') count++
    let callback = args[count]
    if (split !== undefined) [count, callback] = split(args)
    if (!late) validateFunction(callback, 'cb')
    const plan = operation(.../** @type {any} */ (args.slice(0, count)))
    validateFunction(callback, 'cb')
    settle(run(plan), /** @type {any} */ (callback))
  }, operation.name)
}
