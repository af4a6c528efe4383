/**
 * What the product's guide shows, as a program: a peer in a process of its own. It is told what to do on its standard input, a line of JSON
 * each, and says what it did and heard on its standard output.
 */
import process from 'node:process'
import readline from 'node:readline'
import { Encryption, IdentityGroup } from 'socket:network'
import { Peer } from 'socket:peer'

const say = (/** @type {any} */ what) => process.stdout.write(`${JSON.stringify(what)}\n`)
const hex = (/** @type {Uint8Array} */ bytes) => Buffer.from(bytes).toString('hex')
const bytes = (/** @type {string} */ text) => new Uint8Array(Buffer.from(text, 'hex'))

/** @type {import('socket:peer').Peer} */
let peer
/** @type {import('socket:network').Bus} */
let network
/** @type {{ publicKey: Uint8Array, privateKey: Uint8Array }} */
let pair
/** @type {Map<string, import('socket:network').Connection>} */
const connections = new Map()

/** @param {import('socket:network').Connection} connection */
function connected (connection) {
  connections.set(connection.peerId, connection)
  connection.on('data', (/** @type {Uint8Array} */ data, /** @type {{ reliable: boolean }} */ { reliable }) => say({ heard: 'data', value: hex(data), from: connection.peerId, reliable }))
  connection.on('close', () => say({ heard: 'close', from: connection.peerId }))
}

/** @type {Record<string, (order: any) => any>} */
const orders = {
  async open ({ clusterId, peers, listen }) {
    pair = await Peer.createKeys()
    peer = new Peer({ ...pair, clusterId: await Peer.createClusterId(clusterId), peers, address: '127.0.0.1' })
    for (const name of listen) peer.on(name, (/** @type {any} */ value, /** @type {any} */ info) => say({ heard: name, value, author: info.author, private: info.private }))
    peer.on('#connection', connected)
    peer.on('#ready', () => say({ heard: '#ready' }))
    peer.on('#group', (/** @type {any} */ group) => say({ heard: '#group', value: group.group }))
    network = await peer.join()
    return { id: network.peerId, address: network.address() }
  },
  // The guide writes in both ways.
  emit: async ({ event, value, to }) => ({ id: await peer.emit(event, value, { to }) }),
  write: async ({ event, value, to }) => ({ id: await peer.write(event, value, { to }) }),
  // It connects to whoever it finds, and sends.
  connect: async ({ peer: other }) => ({ open: (await network.connect(other)).open }),
  send: async ({ peer: other, data }) => { await connections.get(other)?.send(bytes(data)) },
  stream: async ({ peer: other, data }) => { await connections.get(other)?.write(bytes(data)) },
  // Identity groups: what one device makes travels to the others as text.
  keys: async ({ seed }) => ({ publicKey: hex((await Encryption.createKeyPair(seed)).publicKey) }),
  propose: async ({ seed, members }) => ({ proposal: hex(await IdentityGroup.propose({ keys: await Encryption.createKeyPair(seed), members })) }),
  consent: async ({ proposal, seed }) => ({ consent: hex(await IdentityGroup.consent(bytes(proposal), seed === undefined ? pair : await Encryption.createKeyPair(seed))) }),
  async complete ({ proposal, seed, consents, to }) {
    const { id, sealed } = await IdentityGroup.complete(bytes(proposal), { keys: await Encryption.createKeyPair(seed), consents: consents.map(bytes), to })
    return { id, sealed: hex(sealed) }
  },
  share: async ({ sealed, to, seed }) => ({ sealed: hex(await IdentityGroup.share(bytes(sealed), { keys: seed === undefined ? pair : await Encryption.createKeyPair(seed), to })) }),
  hold: async ({ sealed }) => ({ id: await network.groups.hold(bytes(sealed), pair) }),
  metrics: () => network.metrics(),
  advertise: async ({ id }) => { await network.groups.advertise(id) },
  async close () {
    await peer.disconnect()
  }
}

// One after the other, as they come.
let last = Promise.resolve()
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { number, order, ...rest } = JSON.parse(line)
  last = last.then(async () => {
    try {
      say({ number, ...await orders[order](rest) })
    } catch (error) {
      say({ number, error: String(error), code: /** @type {any} */ (error).code })
    }
  })
}).on('close', () => { last = last.then(() => process.exit(0)) })
