import dns from 'socket:dns'

export const about = {
  Resolver: 'Asks servers of its own choice; `cancel` ends what it asks.',
  promises: 'The same as promises: see `socket:dns/promises`.',
  ADDRCONFIG: 'For `lookup`: only families that this machine has an address of.',
  ALL: 'For `lookup`: IPv6 addresses and mapped ones.',
  V4MAPPED: 'For `lookup`: IPv4 addresses as IPv6, where there are no others.',
  '*': 'The `code` of an error, as Node has them.'
}

/** What a function with a callback finds. @param {(done: (error: Error | null, found?: any) => void) => void} ask @returns {Promise<any>} */
const found = (ask) => new Promise((resolve, reject) => ask((error, found) => error ? reject(error) : resolve(found)))

/** The addresses of a name, as the system looks names up. */
export async function lookup () {
  console.log(await found((done) => dns.lookup('127.0.0.1', done))) // → 127.0.0.1
}

/** The name of an address and of a port. */
export async function lookupService () {
  const service = await new Promise((resolve) => dns.lookupService('127.0.0.1', 22, (_error, _host, service) => resolve(service)))
  console.log(typeof service) // → string
}

/**
 * Asks servers of the DNS for records of one kind. `resolve` is given the kind: `A` when it is not.
 * @for resolve resolve4 resolve6 resolveCaa resolveCname resolveMx resolveNaptr resolveNs resolvePtr
 *   resolveSoa resolveSrv resolveTxt reverse
 */
export async function records () {
  console.log(await found((done) => dns.resolve('example.com', 'A', done))) // → [ '192.0.2.1', '192.0.2.2' ]
  console.log(await found((done) => dns.resolve4('example.com', done))) // → [ '192.0.2.1', '192.0.2.2' ]
  console.log(await found((done) => dns.resolve6('example.com', done))) // → [ '2001:db8::1', '::1' ]
  console.log(await found((done) => dns.resolveCname('www.example.com', done))) // → [ 'canonical.example' ]
  console.log(await found((done) => dns.resolveNs('example.com', done))) // → [ 'ns1.example', 'ns2.example' ]
  console.log(await found((done) => dns.resolvePtr('1.2.0.192.in-addr.arpa', done))) // → [ 'one.example', 'two.example' ]
  console.log(await found((done) => dns.reverse('192.0.2.1', done))) // → [ 'one.example', 'two.example' ]
  console.log((await found((done) => dns.resolveMx('example.com', done)))[0].exchange) // → mx1.example
  console.log((await found((done) => dns.resolveNaptr('example.com', done)))[0].service) // → SIP+D2U
  console.log((await found((done) => dns.resolveSrv('_sip._udp.example.com', done)))[0].port) // → 8080
  console.log((await found((done) => dns.resolveTxt('example.com', done)))[1]) // → [ 'key=value' ]
  console.log((await found((done) => dns.resolveCaa('example.com', done)))[0].issue) // → ca.example
  console.log((await found((done) => dns.resolveSoa('example.com', done))).nsname) // → ns.example
}

/**
 * The servers that are asked.
 * @for getServers setServers
 */
export function servers () {
  const before = dns.getServers()
  dns.setServers(['127.0.0.1:5353'])
  console.log(dns.getServers()) // → [ '127.0.0.1:5353' ]
  dns.setServers(before)
}

/**
 * The order of what `lookup` finds: `verbatim`, `ipv4first`.
 * @for getDefaultResultOrder setDefaultResultOrder
 */
export function order () {
  dns.setDefaultResultOrder('ipv4first')
  console.log(dns.getDefaultResultOrder()) // → ipv4first
  dns.setDefaultResultOrder('verbatim')
}

/** Asks for records of all kinds. Many servers answer this with nothing or an error. */
export async function resolveAny () {
  const code = await found((done) => dns.resolveAny('example.com', done)).catch((error) => error.code)
  console.log(code) // → ENODATA
}
