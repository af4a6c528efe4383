/** How a connection comes about: what programs may say of it, names, and the addresses that are tried. */
import { ADDRCONFIG, lookup as systemLookup } from 'socket:internal/dns/lookup'
import args from 'socket:internal/args'
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_IP_ADDRESS, ERR_MISSING_ARGS } from 'socket:internal/errors'
import { isIP } from 'socket:internal/ip'
import { call } from 'socket:internal/ipc'
import { invalidFamily } from 'socket:internal/net/errors'
import { exceptionWithHostPort } from 'socket:internal/system-error'
import { validateBoolean, validateFunction, validateInt32, validateNumber, validatePort, validateString } from 'socket:internal/validators'

/** @typedef {import('socket:internal/net/socket').Handle} Handle */

let autoSelectFamily = true
let attemptTimeout = 250

export function getDefaultAutoSelectFamily () {
  return autoSelectFamily
}

/** @param {boolean} value */
export function setDefaultAutoSelectFamily (value) {
  validateBoolean(value, 'value')
  autoSelectFamily = value
}

export function getDefaultAutoSelectFamilyAttemptTimeout () {
  return attemptTimeout
}

/** @param {number} value milliseconds */
export function setDefaultAutoSelectFamilyAttemptTimeout (value) {
  validateInt32(value, 'value', 1)
  attemptTimeout = Math.max(value, 10)
}

/** @param {any} text */
const isPipe = (text) => typeof text === 'string' && !(Number(text) >= 0)

/**
 * The arguments of `connect` and `listen` as options and a callback.
 * @param {any[]} args
 * @returns {[any, any] & { normalized?: boolean }}
 */
export function normalizeArgs (args) {
  /** @type {any} */
  let options = {}
  const [first, second] = args
  if (args.length > 0) {
    if (typeof first === 'object' && first !== null) options = first
    else if (isPipe(first)) options.path = first
    else {
      options.port = first
      if (args.length > 1 && typeof second === 'string') options.host = second
    }
  }
  const last = args.at(-1)
  /** @type {any} */
  const normal = [options, typeof last === 'function' ? last : null]
  return Object.defineProperty(normal, 'normalized', { value: true })
}

/**
 * Checks what `connect` was given.
 * @param {any} options
 */
export function connectOptions (options) {
  if (options.path) {
    validateString(options.path, 'options.path')
    return { path: /** @type {string} */ (options.path), host: '', port: 0, options }
  }
  const { localAddress, localPort, port } = options
  const host = options.host || 'localhost'
  if (localAddress && isIP(localAddress) === 0) throw new ERR_INVALID_IP_ADDRESS(localAddress)
  if (localPort) validateNumber(localPort, 'options.localPort')
  if (port === undefined) throw new ERR_MISSING_ARGS(['options', 'port', 'path'])
  if (typeof port !== 'number' && typeof port !== 'string') throw new ERR_INVALID_ARG_TYPE('options.port', ['number', 'string'], port)
  validatePort(port)
  if (options.autoSelectFamily != null) validateBoolean(options.autoSelectFamily, 'options.autoSelectFamily')
  if (options.autoSelectFamilyAttemptTimeout != null) validateInt32(options.autoSelectFamilyAttemptTimeout, 'options.autoSelectFamilyAttemptTimeout', 1)
  if (isIP(host) === 0 && options.lookup != null) validateFunction(options.lookup, 'options.lookup')
  if (isIP(host) === 0) validateString(host, 'hostname')
  return { path: undefined, host, port: Number(port), options }
}

/** A refusal names who refused; the wish for a certain end here is part of it. @param {any} error @param {string} address @param {number} port @param {any} local */
function failure (error, address, port, local) {
  const made = exceptionWithHostPort(error, error.syscall === 'bind' ? 'bind' : 'connect', error.syscall === 'bind' ? local?.address : address, error.syscall === 'bind' ? local?.port : port)
  // As Node does: only where both were asked for.
  if (!local?.port || error.syscall === 'bind' || made === error) return made
  made.message += ` - Local (${local.address}:${local.port})`
  return Object.assign(made, { localAddress: local.address, localPort: local.port })
}

/** @param {any} socket @param {string} address @param {4 | 6} family @param {ReturnType<typeof connectOptions>} plan @param {AbortSignal} signal @returns {Promise<Handle>} */
async function attempt (socket, address, family, { port, options }, signal) {
  const { localAddress, localPort } = options
  const wanted = localAddress || localPort
  const local = wanted ? { address: localAddress ?? (family === 6 ? '::' : '0.0.0.0'), port: localPort ?? 0 } : null
  socket.emit('connectionAttempt', address, port, family)
  try {
    return await call('net.connect', { peer: { address, port }, local }, { signal, late: ({ id }) => { call('net.close', { id, reset: false }).catch(() => {}) } })
  } catch (error) {
    throw failure(error, address, port, local ?? undefined)
  }
}

/**
 * @param {any} socket hears 'lookup' and of each attempt
 * @param {ReturnType<typeof connectOptions>} plan
 * @param {AbortSignal} signal
 * @returns {Promise<Handle | null>} null: it was given up
 */
export async function establish (socket, plan, signal) {
  const { path, host, port, options } = plan
  if (path !== undefined) {
    try {
      return await call('net.connectPath', { path }, { signal, late: ({ id }) => { call('net.close', { id, reset: false }).catch(() => {}) } })
    } catch (error) {
      throw exceptionWithHostPort(error, 'connect', path)
    }
  }
  const literal = isIP(host)
  if (literal !== 0) {
    // 'connectionAttempt' is heard by those who listen right after the call.
    await null
    return signal.aborted ? null : attempt(socket, host, /** @type {4 | 6} */ (literal), plan, signal)
  }
  const found = await addresses(socket, plan, signal)
  if (signal.aborted) return null
  if (found.length === 1) return attempt(socket, found[0].address, found[0].family, plan, signal)
  const limit = Math.max(options.autoSelectFamilyAttemptTimeout ?? attemptTimeout, 10)
  socket.autoSelectFamilyAttemptedAddresses = []
  /** @type {any[]} */
  const errors = []
  for (const [index, { address, family }] of found.entries()) {
    if (signal.aborted) return null
    socket.autoSelectFamilyAttemptedAddresses.push(`${address}:${port}`)
    // The last may take as long as it likes.
    const own = index === found.length - 1 ? signal : AbortSignal.any([signal, AbortSignal.timeout(limit)])
    try {
      return await attempt(socket, address, family, plan, own)
    } catch (error) {
      if (signal.aborted) return null
      if (own.aborted) {
        socket.emit('connectionAttemptTimeout', address, port, family)
        errors.push(exceptionWithHostPort({ code: 'ETIMEDOUT', errno: -110 }, 'connect', address, port))
      } else {
        socket.emit('connectionAttemptFailed', address, port, family, error)
        errors.push(error)
      }
    }
  }
  throw Object.assign(new AggregateError(errors), { code: errors[0].code })
}

/**
 * @param {any} socket
 * @param {ReturnType<typeof connectOptions>} plan
 * @param {AbortSignal} signal
 * @returns {Promise<{ address: string, family: 4 | 6 }[]>} those to try, families in turns
 */
function addresses (socket, { host, port, options }, signal) {
  const lookup = options.lookup ?? systemLookup
  const family = options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : options.family || 0
  const any = family !== 4 && family !== 6
  const several = any && (options.autoSelectFamily ?? autoSelectFamily) && !options.localAddress
  const asked = { family: options.family === undefined ? undefined : family, hints: options.hints || (any && args.platform !== 'win32' ? ADDRCONFIG : 0), ...(several ? { all: true } : {}) }
  return new Promise((resolve, reject) => {
    const check = (/** @type {any} */ address, /** @type {any} */ one) => {
      if (isIP(address) === 0) return new ERR_INVALID_IP_ADDRESS(address)
      return one === 4 || one === 6 ? null : invalidFamily(one, host, port)
    }
    lookup(host, asked, (/** @type {any} */ error, /** @type {any} */ found, /** @type {any} */ one) => {
      if (signal.aborted) return resolve([])
      if (error) {
        socket.emit('lookup', error, found, one, host)
        return reject(error)
      }
      const list = Array.isArray(found) ? found : [{ address: found, family: one }]
      for (const { address, family } of list) socket.emit('lookup', null, address, family, host)
      const wrong = list.map(({ address, family }) => check(address, family))
      const good = list.filter((_, index) => wrong[index] === null)
      if (good.length === 0) return reject(wrong[0] ?? new ERR_INVALID_ARG_VALUE('lookup', found))
      resolve(several ? inTurns(good) : good.slice(0, 1))
    })
  })
}

/** The family of the first, then the other, and so on. @param {{ address: string, family: 4 | 6 }[]} list */
function inTurns (list) {
  const first = list.filter(({ family }) => family === list[0].family)
  const others = list.filter(({ family }) => family !== list[0].family)
  return Array.from({ length: Math.max(first.length, others.length) }, (_, at) => [first[at], others[at]]).flat().filter(Boolean)
}
