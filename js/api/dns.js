/** Names and addresses, as Node's `dns`. */
import * as promises from 'socket:dns/promises'
import { ADDRCONFIG, ALL, V4MAPPED, getDefaultResultOrder, lookup, lookupService, setDefaultResultOrder } from 'socket:internal/dns/lookup'
import { Resolver, callbackDefault as resolver, codes } from 'socket:internal/dns/resolver'

export { ADDRCONFIG, ALL, Resolver, V4MAPPED, getDefaultResultOrder, lookup, lookupService, promises, setDefaultResultOrder }

export const resolveAny = /** @type {typeof import('node:dns').resolveAny} */ (/** @type {unknown} */ (resolver.resolveAny.bind(resolver)))
export const resolve4 = /** @type {typeof import('node:dns').resolve4} */ (/** @type {unknown} */ (resolver.resolve4.bind(resolver)))
export const resolve6 = /** @type {typeof import('node:dns').resolve6} */ (/** @type {unknown} */ (resolver.resolve6.bind(resolver)))
export const resolveCaa = /** @type {typeof import('node:dns').resolveCaa} */ (/** @type {unknown} */ (resolver.resolveCaa.bind(resolver)))
export const resolveCname = /** @type {typeof import('node:dns').resolveCname} */ (/** @type {unknown} */ (resolver.resolveCname.bind(resolver)))
export const resolveMx = /** @type {typeof import('node:dns').resolveMx} */ (/** @type {unknown} */ (resolver.resolveMx.bind(resolver)))
export const resolveNs = /** @type {typeof import('node:dns').resolveNs} */ (/** @type {unknown} */ (resolver.resolveNs.bind(resolver)))
export const resolveTxt = /** @type {typeof import('node:dns').resolveTxt} */ (/** @type {unknown} */ (resolver.resolveTxt.bind(resolver)))
export const resolveSrv = /** @type {typeof import('node:dns').resolveSrv} */ (/** @type {unknown} */ (resolver.resolveSrv.bind(resolver)))
export const resolvePtr = /** @type {typeof import('node:dns').resolvePtr} */ (/** @type {unknown} */ (resolver.resolvePtr.bind(resolver)))
export const resolveNaptr = /** @type {typeof import('node:dns').resolveNaptr} */ (/** @type {unknown} */ (resolver.resolveNaptr.bind(resolver)))
export const resolveSoa = /** @type {typeof import('node:dns').resolveSoa} */ (/** @type {unknown} */ (resolver.resolveSoa.bind(resolver)))
export const reverse = resolver.reverse.bind(resolver)
export const resolve = /** @type {typeof import('node:dns').resolve} */ (/** @type {unknown} */ (resolver.resolve.bind(resolver)))
export const getServers = resolver.getServers.bind(resolver)
export const setServers = resolver.setServers.bind(resolver)

export const {
  NODATA, FORMERR, SERVFAIL, NOTFOUND, NOTIMP, REFUSED, BADQUERY, BADNAME, BADFAMILY, BADRESP, CONNREFUSED,
  TIMEOUT, EOF, FILE, NOMEM, DESTRUCTION, BADSTR, BADFLAGS, NONAME, BADHINTS, NOTINITIALIZED, LOADIPHLPAPI,
  ADDRGETNETWORKPARAMS, CANCELLED
} = codes

export * as default from 'socket:dns'
