/** Names and addresses, as Node's `dns`. */
import * as promises from 'socket:dns/promises'
import { ADDRCONFIG, ALL, V4MAPPED, getDefaultResultOrder, lookup, lookupService, setDefaultResultOrder } from 'socket:internal/dns/lookup'
import { Resolver, callbackDefault as resolver, codes } from 'socket:internal/dns/resolver'

export { ADDRCONFIG, ALL, Resolver, V4MAPPED, getDefaultResultOrder, lookup, lookupService, promises, setDefaultResultOrder }

export const resolveAny = resolver.resolveAny.bind(resolver)
export const resolve4 = resolver.resolve4.bind(resolver)
export const resolve6 = resolver.resolve6.bind(resolver)
export const resolveCaa = resolver.resolveCaa.bind(resolver)
export const resolveCname = resolver.resolveCname.bind(resolver)
export const resolveMx = resolver.resolveMx.bind(resolver)
export const resolveNs = resolver.resolveNs.bind(resolver)
export const resolveTxt = resolver.resolveTxt.bind(resolver)
export const resolveSrv = resolver.resolveSrv.bind(resolver)
export const resolvePtr = resolver.resolvePtr.bind(resolver)
export const resolveNaptr = resolver.resolveNaptr.bind(resolver)
export const resolveSoa = resolver.resolveSoa.bind(resolver)
export const reverse = resolver.reverse.bind(resolver)
export const resolve = resolver.resolve.bind(resolver)
export const getServers = resolver.getServers.bind(resolver)
export const setServers = resolver.setServers.bind(resolver)

export const {
  NODATA, FORMERR, SERVFAIL, NOTFOUND, NOTIMP, REFUSED, BADQUERY, BADNAME, BADFAMILY, BADRESP, CONNREFUSED,
  TIMEOUT, EOF, FILE, NOMEM, DESTRUCTION, BADSTR, BADFLAGS, NONAME, BADHINTS, NOTINITIALIZED, LOADIPHLPAPI,
  ADDRGETNETWORKPARAMS, CANCELLED
} = codes

export * as default from 'socket:dns'
