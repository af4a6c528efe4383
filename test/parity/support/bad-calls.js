/**
 * Makes every call of calls.js with every wrong value in every place, on one side, and writes what each did:
 *
 *     node bad-calls.js node|socket RESULTS [MODULE…]
 *
 * A program of its own, in a folder of its own: what is accepted may do anything there.
 */
import fs from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { PassThrough } from 'node:stream'

import { CALLS } from './calls.js'
import { WRONG } from './compare.js'

const [side, results, ...only] = process.argv.slice(2)

/** Without small numbers, which may be descriptors of this process or of the one that serves the routes. */
const VALUES = WRONG.filter((value) => value !== 0)

/** Its own for each call: calls write into what they are given. @param {any} value */
function fresh (value) {
  if (Array.isArray(value)) return [...value]
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Uint8Array) return new Uint8Array(value)
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null ? Object.assign(Object.create(prototype), value) : value
}

/** A name of a host that is not a number is asked of the system, which asks the network. */
const HOSTS = new Set(['dns', 'dns/promises', 'dgram', 'net', 'http'])

/** What ends Node itself with a failed assertion, and so cannot be compared: a call and a place, with the values if not all. @type {[RegExp, ((value: any) => boolean)][]} */
const FATAL = [
  [/^fs\.(f[a-z]+|close|read|readv|write|writev)(Sync)? * 0$/, (value) => typeof value === 'symbol' || (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null)],
  [/^fs\/promises\.handle#read (2| 0\.length)$/, (value) => !Number.isInteger(value) || value > 2 ** 31]
]

/** @param {string} name @returns {Promise<any>} */
const load = (name) => import(`${side}:${name}`)

// What was accepted may fail later, in its own way.
process.on('uncaughtException', () => {})
process.on('unhandledRejection', () => {})
process.on('warning', () => {})
process.removeAllListeners('warning')

/** @param {any} error */
function refused (error) {
  if (!(error instanceof Error)) return `threw ${typeof error}`
  const { name, code, message, syscall } = /** @type {any} */ (error)
  if (syscall !== undefined || (typeof code === 'string' && /^E[A-Z0-9]+$/.test(code))) return 'accepted'
  // What an engine says when nobody has looked: an accident, without a promise.
  if (code === undefined && name === 'TypeError') return 'accident'
  // Checks in Node's C++ print numbers without what its JavaScript puts into them.
  return `${name} ${code}: ${message.trimEnd().replace(/(?<=\d)_(?=\d{3})/g, '').replace('bigint (1n)', 'bigint (1)').replace(/^(The "fd" .* function) \w+$/, '$1')}`
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Ends what a call began. @param {any} value */
function end (value) {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return
  try {
    if (typeof value.on === 'function') value.on('error', () => {})
    // One that never started has the number 0 in Node, which is the group of this process.
    if (typeof value.kill === 'function' && value.pid > 0) value.kill()
    else if (typeof value.destroy === 'function') value.destroy()
    else if (typeof value.close === 'function') Promise.resolve(value.close()).catch(() => {})
    if (typeof value.hasRef === 'function') clearTimeout(value)
  } catch {}
}

/** @param {() => any} call @param {boolean} settles */
async function outcome (call, settles) {
  let value
  try {
    value = call()
  } catch (error) {
    return `thrown: ${refused(error)}`.replace('thrown: accepted', 'accepted')
  }
  if (!(value instanceof Promise)) {
    end(value)
    return 'accepted'
  }
  let answer = 'accepted'
  value.then(end, (error) => { answer = refused(error) })
  // Files are asked of the system, which answers, unless Node took an option for a callback; others may wait for what never comes.
  if (settles) await Promise.race([value.catch(() => {}), new Promise((resolve) => setTimeout(resolve, 300))])
  else for (let turns = 0; turns < 3; turns++) await turn()
  return answer === 'accepted' ? answer : `rejected: ${answer}`
}

/**
 * Copies of right arguments, each with one wrong value, and the words for it.
 *
 * @param {string} title
 * @param {() => any[]} make
 * @param {number} first
 * @param {boolean} hosts
 */
function * wrong (title, make, first, hosts) {
  const right = make()
  for (let index = first; index < right.length; index++) {
    const options = right[index]
    const places = [[]]
    const plain = options !== null && typeof options === 'object' && Object.getPrototypeOf(options) === Object.prototype
    if (plain) for (const key of Object.keys(options)) places.push(/** @type {any} */ ([key]))
    for (const [key] of places) {
      const before = key === undefined ? options : options[key]
      const host = hosts && (key === 'hostname' || (typeof before === 'string' && /^(127|232|224)\.|example$/.test(before)))
      for (const [number, value] of VALUES.entries()) {
        if (host && typeof value === 'string' && value !== '') continue
        const place = `${index - first}${key === undefined ? '' : `.${key}`}`
        if (FATAL.some(([pattern, test]) => pattern.test(`${title} ${place}`) && test(value))) continue
        const args = make()
        if (key === undefined) args[index] = fresh(value)
        else args[index] = { ...args[index], [key]: fresh(value) }
        yield { args, place, number }
      }
    }
  }
  for (let length = first; length < right.length; length++) yield { args: make().slice(0, length), place: `only ${length - first}`, number: -1 }
}

/** @param {any} m @param {string} name */
function find (m, name) {
  let owner = m.default !== undefined && !(name.split('.')[0] in m) ? m.default : m
  const parts = name.split('.')
  for (const part of parts.slice(0, -1)) owner = owner?.[part]
  return { owner, value: owner?.[/** @type {string} */ (parts.at(-1))] }
}

// Errors name values with its formatter when it is there.
await load('util')

/** @type {string[]} */
const lines = []
fs.writeFileSync('file', 'hello world')
fs.writeFileSync('small', 'hello world')
for (const [module, calls] of Object.entries(CALLS)) {
  if (only.length > 0 && !only.includes(module)) continue
  const m = await load(module)
  const ownFs = await load('fs')
  const events = await load('events')
  const stream = await load('stream')
  if (module === 'dns') m.setServers(['127.0.0.1:1'])
  if (module === 'dns/promises') m.setServers(['127.0.0.1:1'])
  const c = {
    m,
    stream,
    // Each call gets its own, below.
    handle: module === 'fs/promises' ? await m.open('file', 'r+') : undefined,
    fd: module === 'fs' ? ownFs.openSync('file', 'r+') : undefined,
    cb: () => {},
    emitter: () => { const one = new events.EventEmitter(); one.on('error', () => {}); return one },
    socket: () => m.createSocket('udp4').on('error', () => {}),
    child: () => m.spawn('true', [], { stdio: 'ignore' }),
    keys: module === 'crypto' ? m.generateKeyPairSync('ed25519') : undefined,
    sink: () => new PassThrough(),
    lines: () => m.createInterface({ input: new PassThrough() })
  }
  for (const [title, call] of Object.entries(calls)) {
    const name = title.trim()
    const method = name.includes('#') ? name.split('#')[1] : undefined
    const made = name.startsWith('new ')
    const { owner, value } = method === undefined ? find(m, made ? name.slice(4) : name) : { owner: undefined, value: undefined }
    if (method === undefined && value === undefined) {
      lines.push(JSON.stringify([`${module}.${title}`, 'absent']))
      continue
    }
    if (method !== undefined && typeof call(c)[0]?.[method] !== 'function') {
      lines.push(JSON.stringify([`${module}.${title}`, 'absent']))
      continue
    }
    for (const { args, place, number } of wrong(`${module}.${title}`, () => call(c), method === undefined ? 0 : 1, HOSTS.has(module))) {
      if (process.env.BAD_CALLS_TRACE) fs.writeSync(2, `${module}.${title} ${place} ${number}\n`)
      const handle = name.startsWith('handle#') ? await m.open('file', 'r+') : undefined
      if (handle !== undefined) args[0] = handle
      const result = await outcome(() => {
        if (method !== undefined) {
          const [object, ...rest] = args
          try {
            return object[method](...rest)
          } finally {
            if (module !== 'crypto' && module !== 'buffer') setImmediate(end, object)
          }
        }
        return made ? new value(...args) : Reflect.apply(value, owner, args) // eslint-disable-line new-cap
      }, module === 'fs/promises')
      lines.push(JSON.stringify([`${module}.${title} ${place}`, number, result]))
    }
    await turn()
  }
}
fs.writeFileSync(path.resolve(results), `${lines.join('\n')}\n`)
process.exit(0)
