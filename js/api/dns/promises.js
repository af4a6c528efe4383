/** Names and addresses, as Node's `dns/promises`. */
import { getDefaultResultOrder, lookupPromise as lookup, lookupServicePromise as lookupService, setDefaultResultOrder } from 'socket:internal/dns/lookup'
import { PromisesResolver as Resolver, codes, promiseDefault as resolver } from 'socket:internal/dns/resolver'

export { Resolver, getDefaultResultOrder, lookup, lookupService, setDefaultResultOrder }

export const resolveAny = /** @type {typeof import('node:dns/promises').resolveAny} */ (/** @type {unknown} */ (resolver.resolveAny.bind(resolver)))
export const resolve4 = /** @type {typeof import('node:dns/promises').resolve4} */ (/** @type {unknown} */ (resolver.resolve4.bind(resolver)))
export const resolve6 = /** @type {typeof import('node:dns/promises').resolve6} */ (/** @type {unknown} */ (resolver.resolve6.bind(resolver)))
export const resolveCaa = /** @type {typeof import('node:dns/promises').resolveCaa} */ (/** @type {unknown} */ (resolver.resolveCaa.bind(resolver)))
export const resolveCname = /** @type {typeof import('node:dns/promises').resolveCname} */ (/** @type {unknown} */ (resolver.resolveCname.bind(resolver)))
export const resolveMx = /** @type {typeof import('node:dns/promises').resolveMx} */ (/** @type {unknown} */ (resolver.resolveMx.bind(resolver)))
export const resolveNs = /** @type {typeof import('node:dns/promises').resolveNs} */ (/** @type {unknown} */ (resolver.resolveNs.bind(resolver)))
export const resolveTxt = /** @type {typeof import('node:dns/promises').resolveTxt} */ (/** @type {unknown} */ (resolver.resolveTxt.bind(resolver)))
export const resolveSrv = /** @type {typeof import('node:dns/promises').resolveSrv} */ (/** @type {unknown} */ (resolver.resolveSrv.bind(resolver)))
export const resolvePtr = /** @type {typeof import('node:dns/promises').resolvePtr} */ (/** @type {unknown} */ (resolver.resolvePtr.bind(resolver)))
export const resolveNaptr = /** @type {typeof import('node:dns/promises').resolveNaptr} */ (/** @type {unknown} */ (resolver.resolveNaptr.bind(resolver)))
export const resolveSoa = /** @type {typeof import('node:dns/promises').resolveSoa} */ (/** @type {unknown} */ (resolver.resolveSoa.bind(resolver)))
export const reverse = resolver.reverse.bind(resolver)
export const resolve = /** @type {typeof import('node:dns/promises').resolve} */ (/** @type {unknown} */ (resolver.resolve.bind(resolver)))
export const getServers = resolver.getServers.bind(resolver)
export const setServers = resolver.setServers.bind(resolver)

export const {
  NODATA, FORMERR, SERVFAIL, NOTFOUND, NOTIMP, REFUSED, BADQUERY, BADNAME, BADFAMILY, BADRESP, CONNREFUSED,
  TIMEOUT, EOF, FILE, NOMEM, DESTRUCTION, BADSTR, BADFLAGS, NONAME, BADHINTS, NOTINITIALIZED, LOADIPHLPAPI,
  ADDRGETNETWORKPARAMS, CANCELLED
} = codes

export * as default from 'socket:dns/promises'
