/** Names and addresses, as Node's `dns/promises`. */
import { getDefaultResultOrder, lookupPromise as lookup, lookupServicePromise as lookupService, setDefaultResultOrder } from 'socket:internal/dns/lookup'

export { getDefaultResultOrder, lookup, lookupService, setDefaultResultOrder }
export * as default from 'socket:dns/promises'
