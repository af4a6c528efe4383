import dns from 'socket:dns/promises'

export const about = {
  Resolver: 'Asks servers of its own choice; `cancel` ends what it asks.',
  '*': 'The `code` of an error, as Node has them.'
}

/** The addresses of a name, as the system looks names up. */
export async function lookup () {
  console.log(await dns.lookup('127.0.0.1')) // → { address: '127.0.0.1', family: 4 }
}

/** The name of an address and of a port. */
export async function lookupService () {
  const { service } = await dns.lookupService('127.0.0.1', 22)
  console.log(typeof service) // → string
}

/**
 * Asks servers of the DNS for records of one kind. `resolve` is given the kind: `A` when it is not.
 * @for resolve resolve4 resolve6 resolveCaa resolveCname resolveMx resolveNaptr resolveNs resolvePtr
 *   resolveSoa resolveSrv resolveTxt reverse
 */
export async function records () {
  console.log(await dns.resolve('example.com', 'A')) // → [ '192.0.2.1', '192.0.2.2' ]
  console.log(await dns.resolve4('example.com')) // → [ '192.0.2.1', '192.0.2.2' ]
  console.log(await dns.resolve6('example.com')) // → [ '2001:db8::1', '::1' ]
  console.log(await dns.resolveCname('www.example.com')) // → [ 'canonical.example' ]
  console.log(await dns.resolveNs('example.com')) // → [ 'ns1.example', 'ns2.example' ]
  console.log(await dns.resolvePtr('1.2.0.192.in-addr.arpa')) // → [ 'one.example', 'two.example' ]
  console.log(await dns.reverse('192.0.2.1')) // → [ 'one.example', 'two.example' ]
  console.log((await dns.resolveMx('example.com'))[0].exchange) // → mx1.example
  console.log((await dns.resolveNaptr('example.com'))[0].service) // → SIP+D2U
  console.log((await dns.resolveSrv('_sip._udp.example.com'))[0].port) // → 8080
  console.log((await dns.resolveTxt('example.com'))[1]) // → [ 'key=value' ]
  console.log((await dns.resolveCaa('example.com'))[0].issue) // → ca.example
  console.log((await dns.resolveSoa('example.com')).nsname) // → ns.example
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

/** Asks for records of all kinds. Many servers answer this with nothing or an error. */
export async function resolveAny () {
  const code = await dns.resolveAny('example.com').catch((error) => error.code)
  console.log(code) // → ENODATA
}
