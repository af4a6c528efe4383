/**
 * Resolvers: questions to DNS servers. The callback form and the promise form share one table of what can be asked.
 */
import { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_INVALID_IP_ADDRESS } from 'socket:internal/errors'
import { toASCII } from 'socket:internal/dns/lookup'
import { decodeAnswer, encodeQuestion, reverseName } from 'socket:internal/dns/records'
import { settle } from 'socket:internal/fs/run'
import { isIP, isIPv4, isIPv6 } from 'socket:internal/ip'
import { call, callSync } from 'socket:internal/ipc'
import { validateArray, validateFunction, validateInt32, validateString } from 'socket:internal/validators'

/** @typedef {{ address: string, port: number }} Endpoint */

/** What programs call each question, and the system's word for it in errors. */
const QUESTIONS = /** @type {const} */ ({
  resolveAny: ['ANY', 'queryAny'],
  resolve4: ['A', 'queryA'],
  resolve6: ['AAAA', 'queryAaaa'],
  resolveCaa: ['CAA', 'queryCaa'],
  resolveCname: ['CNAME', 'queryCname'],
  resolveMx: ['MX', 'queryMx'],
  resolveNs: ['NS', 'queryNs'],
  resolveTxt: ['TXT', 'queryTxt'],
  resolveSrv: ['SRV', 'querySrv'],
  resolvePtr: ['PTR', 'queryPtr'],
  resolveNaptr: ['NAPTR', 'queryNaptr'],
  resolveSoa: ['SOA', 'querySoa']
})

/** @typedef {keyof typeof QUESTIONS} Method */

const METHODS = /** @type {Method[]} */ (Object.keys(QUESTIONS))
/** @type {Map<string, Method>} */
const BY_TYPE = new Map(METHODS.map((method) => [QUESTIONS[method][0], method]))

const DNS_PORT = 53

/** @param {string} code @param {string} syscall @param {string} hostname @param {number} [errno] */
function failure (code, syscall, hostname, errno = undefined) {
  const error = Object.assign(new Error(`${syscall} ${code}${hostname ? ` ${hostname}` : ''}`), { errno, code, syscall })
  return hostname ? Object.assign(error, { hostname }) : error
}

/** c-ares' words for what the system says. */
const SYSTEM = new Map([['ETIMEDOUT', 'ETIMEOUT'], ['ECONNREFUSED', 'ECONNREFUSED'], ['ABORT_ERR', 'ECANCELLED'], ['EINVAL', 'EBADRESP'], ['EIO', 'EBADRESP']])

/** @param {string} text @returns {Endpoint} */
function parseServer (text) {
  if (isIP(text) !== 0) return { address: text, port: DNS_PORT }
  const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(text) ?? []
  const address = v6 ?? v4
  if (address === undefined || !(v6 !== undefined ? isIP(v6) !== 0 : isIPv4(v4))) throw new ERR_INVALID_IP_ADDRESS(text)
  return { address, port: port === undefined ? DNS_PORT : Number(port) & 0xffff }
}

/** Where questions go, and those that have no answer yet. */
class Channel {
  /** Null: those of the system. @type {Endpoint[] | null} */
  #servers = null
  #pending = new Set()
  timeout = -1
  tries = 4
  /** @type {{ local4: string | null, local6: string | null }} */
  local = { local4: null, local6: null }

  /** The system's, or this machine when it has none. @param {string[]} found @returns {Endpoint[]} */
  #known (found) {
    return (this.#servers ??= (found.length > 0 ? found : ['127.0.0.1']).map(parseServer))
  }

  getServers () {
    const servers = this.#servers ?? this.#known(callSync('dns.servers'))
    return servers.map(({ address, port }) => port === DNS_PORT ? address : isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`)
  }

  /** @param {any} servers */
  setServers (servers) {
    validateArray(servers, 'servers')
    /** @type {Map<string, Endpoint>} */
    const distinct = new Map()
    servers.forEach((server, index) => {
      validateString(server, `servers[${index}]`)
      const { address, port } = parseServer(server)
      distinct.set(`${address} ${port}`, { address, port })
    })
    this.#servers = [...distinct.values()]
  }

  cancel () {
    for (const controller of this.#pending) controller.abort()
  }

  /** @param {string} hostname @param {string} type @param {string} syscall @param {string} shown @param {boolean} [ttl] */
  async ask (hostname, type, syscall, shown, ttl = false) {
    const controller = new AbortController()
    this.#pending.add(controller)
    try {
      const question = encodeQuestion(hostname, type)
      const servers = this.#servers ?? this.#known(await call('dns.servers', undefined, { signal: controller.signal }))
      const timeout = this.timeout < 0 ? 5000 : this.timeout
      const { body } = await call('dns.query', { servers, timeout, tries: this.tries, ...this.local, body: question }, { signal: controller.signal })
      return decodeAnswer(body, hostname, type, ttl)
    } catch (caught) {
      const error = /** @type {any} */ (caught)
      if (error.code === 'ERR_ACCESS_DENIED' || typeof error.code !== 'string') throw error
      throw failure(SYSTEM.get(error.code) ?? error.code, syscall, shown)
    } finally {
      this.#pending.delete(controller)
    }
  }

  /** @param {Method} method @param {any} name @param {any} options */
  resolve (method, name, options) {
    validateString(name, 'name')
    const [type, syscall] = QUESTIONS[method]
    const ttl = Boolean(options?.ttl) && (type === 'A' || type === 'AAAA')
    return () => this.ask(toASCII(name), type, syscall, name, ttl)
  }

  /** @param {any} address */
  reverse (address) {
    validateString(address, 'name')
    const name = reverseName(address)
    if (name === null) throw failure('EINVAL', 'getHostByAddr', address, -22)
    return () => this.ask(name, 'PTR', 'getHostByAddr', address)
  }
}

/** @param {any} rrtype @returns {Method} */
function methodOf (rrtype) {
  validateString(rrtype, 'rrtype')
  const method = BY_TYPE.get(rrtype)
  if (method === undefined) throw new ERR_INVALID_ARG_VALUE('rrtype', rrtype)
  return method
}

/** What both kinds of resolvers have. */
class Base {
  /** @param {{ timeout?: number, tries?: number }} [options] milliseconds; rounds */
  constructor (options = undefined) {
    const { timeout = -1, tries = 4 } = options ?? {}
    validateInt32(timeout, 'options.timeout', -1)
    validateInt32(tries, 'options.tries', 1)
    channels.set(this, Object.assign(new Channel(), { timeout, tries }))
  }

  /** Ends all questions with ECANCELLED. */
  cancel () { channelOf(this).cancel() }
  /** @returns {string[]} */
  getServers () { return channelOf(this).getServers() }
  /** @param {readonly string[]} servers addresses, with a port if it is not 53 */
  setServers (servers) { channelOf(this).setServers(servers) }

  /** @param {string} ipv4 @param {string} [ipv6] */
  setLocalAddress (ipv4, ipv6 = undefined) {
    validateString(ipv4, 'ipv4')
    if (ipv6 !== undefined) validateString(ipv6, 'ipv6')
    const family = isIP(ipv4)
    const second = ipv6 === undefined ? 0 : isIP(ipv6)
    if (family === 0 || (ipv6 !== undefined && second === 0)) throw invalidLocal('Invalid IP address.')
    if (family === second) throw invalidLocal(`Cannot specify two IPv${family} addresses.`)
    channelOf(this).local = family === 4 ? { local4: ipv4, local6: ipv6 ?? null } : { local4: ipv6 ?? null, local6: ipv4 }
  }
}

/** @param {string} message */
function invalidLocal (message) {
  return Object.assign(new TypeError(message), { code: 'ERR_INVALID_ARG_VALUE' })
}

/** @type {WeakMap<object, Channel>} */
const channels = new WeakMap()

/** @param {object} resolver @returns {Channel} */
function channelOf (resolver) {
  const channel = channels.get(resolver)
  if (channel === undefined) throw new ERR_INVALID_ARG_TYPE('this', 'Resolver', resolver)
  return channel
}

/** Asks with a callback. */
class CallbackResolver extends Base {
  /** @param {any} name @param {any} rrtype or the callback @param {any} [callback] */
  resolve (name, rrtype, callback = undefined) {
    if (typeof rrtype === 'function') [rrtype, callback] = ['A', rrtype]
    const method = methodOf(rrtype)
    return /** @type {any} */ (this)[method](name, callback)
  }

  /** @param {any} ip @param {any} callback */
  reverse (ip, callback) {
    validateString(ip, 'name')
    validateFunction(callback, 'callback')
    settle(channelOf(this).reverse(ip)(), callback)
    return {}
  }
}

/** Asks with a promise. */
class PromiseResolver extends Base {
  /** @param {any} name @param {any} [rrtype] @returns {Promise<any>} */
  resolve (name, rrtype = 'A') {
    return /** @type {any} */ (this)[methodOf(rrtype)](name)
  }

  /** @param {any} ip @returns {Promise<string[]>} */
  reverse (ip) {
    validateString(ip, 'name')
    return channelOf(this).reverse(ip)()
  }
}

for (const method of METHODS) {
  const callbackForm = {
    /** @this {object} @param {any} name @param {any} options @param {any} callback */
    [method] (name, options, callback) {
      if (arguments.length < 3) [options, callback] = [undefined, options]
      validateString(name, 'name')
      validateFunction(callback, 'callback')
      settle(channelOf(this).resolve(method, name, options)(), callback)
      return {}
    }
  }
  const promiseForm = {
    /** @this {object} @param {any} name @param {any} [options] */
    [method] (name, options) {
      return channelOf(this).resolve(method, name, options)()
    }
  }
  for (const [Class, form] of /** @type {const} */ ([[CallbackResolver, callbackForm], [PromiseResolver, promiseForm]])) {
    Object.defineProperty(Class.prototype, method, { value: form[method], writable: true, configurable: true })
  }
}

Object.defineProperty(CallbackResolver, 'name', { value: 'Resolver' })
Object.defineProperty(PromiseResolver, 'name', { value: 'Resolver' })

/** @typedef {(name: string, ...rest: any[]) => any} CallbackForm */
/** @typedef {(name: string, options?: any) => Promise<any>} PromiseForm */

export const Resolver = /** @type {{ new (options?: { timeout?: number, tries?: number }): CallbackResolver & Record<Method, CallbackForm> }} */ (/** @type {any} */ (CallbackResolver))
export const PromisesResolver = /** @type {{ new (options?: { timeout?: number, tries?: number }): PromiseResolver & Record<Method, PromiseForm> }} */ (/** @type {any} */ (PromiseResolver))

/** What functions of the modules ask with: both forms the same servers. */
export const callbackDefault = new Resolver()
export const promiseDefault = new PromisesResolver()
channels.set(promiseDefault, channelOf(callbackDefault))

/** Node's names of what goes wrong. */
export const codes = Object.freeze({
  NODATA: 'ENODATA',
  FORMERR: 'EFORMERR',
  SERVFAIL: 'ESERVFAIL',
  NOTFOUND: 'ENOTFOUND',
  NOTIMP: 'ENOTIMP',
  REFUSED: 'EREFUSED',
  BADQUERY: 'EBADQUERY',
  BADNAME: 'EBADNAME',
  BADFAMILY: 'EBADFAMILY',
  BADRESP: 'EBADRESP',
  CONNREFUSED: 'ECONNREFUSED',
  TIMEOUT: 'ETIMEOUT',
  EOF: 'EOF',
  FILE: 'EFILE',
  NOMEM: 'ENOMEM',
  DESTRUCTION: 'EDESTRUCTION',
  BADSTR: 'EBADSTR',
  BADFLAGS: 'EBADFLAGS',
  NONAME: 'ENONAME',
  BADHINTS: 'EBADHINTS',
  NOTINITIALIZED: 'ENOTINITIALIZED',
  LOADIPHLPAPI: 'ELOADIPHLPAPI',
  ADDRGETNETWORKPARAMS: 'EADDRGETNETWORKPARAMS',
  CANCELLED: 'ECANCELLED'
})
