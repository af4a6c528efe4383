/**
 * A DNS server on the loopback that answers as its names say: `nodata.example`, `servfail.example`, `truncated.example`…
 */
import dgram from 'node:dgram'
import { once } from 'node:events'
import net from 'node:net'

const name = (/** @type {string} */ text) => Buffer.concat([...text.split('.').filter(Boolean).map(string), Buffer.from([0])])
const string = (/** @type {string} */ text) => Buffer.concat([Buffer.from([Buffer.byteLength(text)]), Buffer.from(text)])
const u16 = (/** @type {number[]} */ ...numbers) => Buffer.concat(numbers.map((number) => { const bytes = Buffer.alloc(2); bytes.writeUInt16BE(number); return bytes }))
const u32 = (/** @type {number[]} */ ...numbers) => Buffer.concat(numbers.map((number) => { const bytes = Buffer.alloc(4); bytes.writeUInt32BE(number); return bytes }))

/** By type, in wire form. @type {Record<number, Buffer[]>} */
const RECORDS = {
  1: [Buffer.from([192, 0, 2, 1]), Buffer.from([192, 0, 2, 2])],
  2: [name('ns1.example'), name('ns2.example')],
  5: [name('canonical.example')],
  6: [Buffer.concat([name('ns.example'), name('hostmaster.example'), u32(2024, 2, 3, 4, 5)])],
  12: [name('one.example'), name('two.example')],
  15: [Buffer.concat([u16(10), name('mx1.example')]), Buffer.concat([u16(20), name('mx2.example')])],
  16: [Buffer.concat([string('v=spf1'), string(' -all')]), string('key=value'), string('')],
  28: [Buffer.from('20010db8000000000000000000000001', 'hex'), Buffer.from('00000000000000000000000000000001', 'hex')],
  33: [Buffer.concat([u16(1, 2, 8080), name('srv.example')])],
  35: [Buffer.concat([u16(1, 2), string('s'), string('SIP+D2U'), string('!^.*$!sip:x@y!'), name('replaced.example')])],
  257: [Buffer.concat([Buffer.from([0]), string('issue'), Buffer.from('ca.example')]), Buffer.concat([Buffer.from([128]), string('iodef'), Buffer.from('mailto:x@y')])]
}
const RCODES = new Map([['formerr', 1], ['servfail', 2], ['nxdomain', 3], ['notimp', 4], ['refused', 5]])

/** @param {Buffer} message @param {boolean} tcp @returns {Buffer | null} null: no answer */
function answer (message, tcp) {
  /** @type {string[]} */
  const labels = []
  let at = 12
  for (; message[at] !== 0; at += message[at] + 1) labels.push(message.subarray(at + 1, at + 1 + message[at]).toString())
  const type = message.readUInt16BE(at + 1)
  const question = message.subarray(12, at + 5)
  const [first] = labels
  if (first === 'silent') return null
  if (first === 'broken') return Buffer.concat([message.subarray(0, 2), u16(0x8180, 1, 9, 0, 0), question, Buffer.from([0xc0])])
  const rcode = RCODES.get(first) ?? 0
  const truncated = first === 'truncated' && !tcp
  const records = rcode !== 0 || first === 'nodata' || truncated ? [] : RECORDS[type] ?? []
  return Buffer.concat([
    message.subarray(0, 2), u16(0x8180 | rcode | (truncated ? 0x0200 : 0), 1, records.length, 0, 0), question,
    ...records.map((data) => Buffer.concat([Buffer.from([0xc0, 12]), u16(type, 1), u32(300), u16(data.byteLength), data]))
  ])
}

/** @returns {Promise<{ address: string, close: () => Promise<void> }>} */
export async function dnsServer () {
  const tcp = net.createServer((connection) => {
    let received = Buffer.alloc(0)
    connection.on('error', () => {})
    connection.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      if (received.byteLength < 2 || received.byteLength < 2 + received.readUInt16BE(0)) return
      const message = answer(received.subarray(2), true) ?? Buffer.alloc(0)
      // In two pieces, as networks do.
      connection.write(u16(message.byteLength))
      connection.end(message)
    })
  })
  const udp = dgram.createSocket('udp4')
  udp.on('message', (message, { port, address }) => {
    const reply = answer(message, false)
    if (reply !== null) udp.send(reply, port, address)
  })
  udp.bind(0, '127.0.0.1')
  await once(udp, 'listening')
  const { port } = udp.address()
  tcp.listen(port, '127.0.0.1')
  await once(tcp, 'listening')
  return {
    address: `127.0.0.1:${port}`,
    close: async () => {
      udp.close()
      tcp.close()
      await once(tcp, 'close')
    }
  }
}
