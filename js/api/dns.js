/** Names and addresses, as Node's `dns`. */
import * as promises from 'socket:dns/promises'
import { ADDRCONFIG, ALL, V4MAPPED, getDefaultResultOrder, lookup, lookupService, setDefaultResultOrder } from 'socket:internal/dns/lookup'

export { ADDRCONFIG, ALL, V4MAPPED, getDefaultResultOrder, lookup, lookupService, promises, setDefaultResultOrder }
export * as default from 'socket:dns'
