/**
 * Runs against a fake BlueZ on a bus of its own (test/mocks): in Node this file starts it, in a WebView
 * test/desktop/api.js does.
 */
import { test, skip } from 'socket:test'
import { Bluetooth, adapters, advertise, connect, scan, state } from 'socket:bluetooth'
import { execFile } from 'socket:child_process'
import process from 'socket:process'
import { code } from './support/code.js'

/** @type {string | undefined} */
let lacking
/** @type {{ stop: () => Promise<void>, endServices: () => Promise<void> } | undefined} */
let bus
/** Where the bus is, for programs that the test starts. */
let env = process.env
if (typeof document === 'undefined') {
  const { missing, startBus } = await import('../mocks/bus.js')
  lacking = await missing()
  if (lacking === undefined) {
    const started = bus = await startBus(['bluez'])
    Object.assign(globalThis.process.env, started.env)
    env = { ...env, ...started.env }
  }
} else if (await state().catch(() => 'unavailable') !== 'on') {
  lacking = 'needs dbus-daemon and python3-dbusmock'
}

const HEART = '0000180d-0000-1000-8000-00805f9b34fb'
const RATE = '00002a37-0000-1000-8000-00805f9b34fb'
const PLACE = '00002a38-0000-1000-8000-00805f9b34fb'
const SHARED = '56702d92-69f9-4400-baf8-d5a89febb5d3'

const text = (/** @type {Uint8Array} */ bytes) => new TextDecoder().decode(bytes)

/**
 * Asks the fake radio.
 *
 * @param {string} method
 * @param {string[]} args as dbus-send writes them
 * @returns {Promise<string>}
 */
const radio = (method, ...args) => new Promise((resolve, reject) => {
  const all = ['--system', '--print-reply=literal', '--dest=org.bluez', '/org/bluez/hci0', `org.example.Test.${method}`, ...args]
  execFile('dbus-send', all, { env }, (/** @type {any} */ error, /** @type {any} */ stdout) => error === null ? resolve(String(stdout).replace(/\s+/g, ' ').trim()) : reject(error))
})

/** @param {() => Promise<string>} look @param {string} wanted */
async function until (look, wanted) {
  let last = ''
  for (let left = 400; left > 0; left--) {
    last = await look()
    if (last === wanted) break
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return last
}

test('bluetooth: bad input', async t => {
  t.equal(await code(() => new Bluetooth()), 'ERR_INVALID_ARG_VALUE', 'a service without UUID')
  t.equal(await code(() => new Bluetooth('heart')), 'ERR_INVALID_ARG_VALUE', 'a UUID that is none')
  t.equal(new Bluetooth('180D').serviceId, HEART, 'a short UUID')
  t.equal(await code(scan(/** @type {any} */ (null))), 'ERR_INVALID_ARG_TYPE', 'options that are none')
  t.equal(await code(scan({ services: ['x'] })), 'ERR_INVALID_ARG_VALUE', 'services that are none')
  t.equal(await code(scan({ signal: AbortSignal.abort() })), 'ABORT_ERR', 'an aborted signal')
  t.equal(await code(connect(/** @type {any} */ (1))), 'ERR_INVALID_ARG_TYPE', 'a device that is none')
  t.equal(await code(advertise({ manufacturerData: { 70000: 'x' } })), 'ERR_INVALID_ARG_VALUE', 'a company that is none')
  const properties = /** @type {any} */ (['fly'])
  t.equal(await code(advertise({ services: [{ uuid: '180d', characteristics: [{ uuid: '2a37', properties }] }] })), 'ERR_INVALID_ARG_VALUE', 'a property that is none')
})

const radioTest = lacking === undefined ? test : (/** @type {string} */ name) => skip(`${name}: ${lacking}`)

radioTest('bluetooth: adapters', async t => {
  t.deepEqual(await adapters(), [{ id: 'hci0', address: '00:00:00:00:00:AA', powered: true }], 'the only one')
  t.equal(await state(), 'on', 'it is on')
  await radio('Power', 'boolean:false')
  t.equal(await state(), 'off', 'it is off')
  await radio('Power', 'boolean:true')
  t.equal(await code(scan({ adapter: 'hci9' })), 'ERR_BLUETOOTH_UNAVAILABLE', 'one that is not there')
})

radioTest('bluetooth: a scan finds devices, known and new', async t => {
  const scanning = await scan()
  const found = new Map()
  for await (const device of scanning) {
    found.set(device.name, device)
    if (found.size === 2) break
  }
  t.deepEqual([...found.keys()].sort(), ['Fake heart', 'Latecomer'], 'both devices')
  const heart = found.get('Fake heart')
  t.deepEqual([heart.id, heart.address, heart.rssi, heart.txPower, heart.services], ['hci0/dev_00_00_00_00_00_01', '00:00:00:00:00:01', -41, 4, [HEART]], 'what it says')
  t.deepEqual([...heart.manufacturerData.get(0x4c)], [2, 21], 'bytes of its maker')
  t.equal(text(heart.serviceData.get(HEART)), 'hi', 'bytes of its service')
  t.equal(await until(() => radio('State'), 'array [ ]'), 'array [ ]', 'the end of the loop ends the scan')
})

radioTest('bluetooth: two scans share the radio, each with its filter', async t => {
  const controller = new AbortController()
  const one = await scan({ services: ['180d'], signal: controller.signal })
  const first = await new Promise((resolve) => one.once('device', resolve))
  const two = await scan({ namePrefix: 'Late' })
  await new Promise((resolve) => two.once('device', resolve))
  t.equal(first.name, 'Fake heart', 'a service')
  t.deepEqual([...one.devices.values()].map(({ name }) => name), ['Fake heart'], 'and nothing else')
  t.deepEqual([...two.devices.values()].map(({ name }) => name), ['Latecomer'], 'a name')
  await two.stop()
  t.equal(await radio('State'), 'array [ scanning ]', 'the other goes on')
  controller.abort()
  t.equal(await until(() => radio('State'), 'array [ ]'), 'array [ ]', 'the signal ended the last one')
})

radioTest('bluetooth: services, reading, writing', async t => {
  const device = await connect('00:00:00:00:00:01')
  t.ok(device.connected, 'connected')
  const [service, ...others] = await device.services()
  t.deepEqual([service.uuid, service.primary, others.length], [HEART, true, 0], 'the service')
  const properties = Object.fromEntries(service.characteristics.map(({ uuid, properties }) => [uuid.slice(4, 8), properties]))
  t.deepEqual(properties, { '2a29': ['read'], '2a37': ['notify'], '2a38': ['read', 'writeWithoutResponse', 'write'] }, 'its characteristics')
  t.equal(text(await device.read('180d', '2a38')), 'chest', 'a value')
  await device.write(HEART, 0x2a38, 'wrist')
  t.equal(text(await device.read('180d', PLACE)), 'wrist', 'a new value')
  await device.write(HEART, PLACE, new Uint8Array([0, 255]), { response: false })
  t.deepEqual([...await device.read('180d', PLACE)], [0, 255], 'without an answer')
  t.equal(await code(device.read('180d', '2a29')), 'ERR_BLUETOOTH_REFUSED', 'what the device does not permit')
  t.equal(await code(device.read('180d', '2a37')), 'ENOTSUP', 'what the device cannot')
  t.equal(await code(device.read('180d', '2aff')), 'ERR_BLUETOOTH_DEVICE', 'what is not there')
  await device.disconnect()
  t.equal(await code(device.read('180d', '2a38')), 'EBADF', 'after the end')
  t.equal(await until(() => radio('State'), 'array [ ]'), 'array [ ]', 'the device is left')
})

radioTest('bluetooth: values are told while somebody listens', async t => {
  const device = await connect({ id: 'hci0/dev_00_00_00_00_00_01' })
  const values = /** @type {number[][]} */ ([])
  const two = new Promise((resolve) => device.on('value', (value) => { if (values.push([...value]) === 2) resolve(undefined) }))
  const stop = await device.subscribe('180d', '2a37', (value) => t.ok(value.length > 0, 'the listener hears'))
  await two
  t.deepEqual(values, [[1], [2, 0, 255]], 'in order, as bytes')
  await device.read('180d', '2a38')
  t.equal(values.length, 2, 'reading tells nothing')
  t.equal(await radio('State'), 'array [ connected subscribed ]', 'the device knows')
  await stop()
  t.equal(await radio('State'), 'array [ connected ]', 'until it ends')
  const gone = new Promise((resolve) => device.once('disconnect', resolve))
  await radio('Vanish', 'int32:1')
  await gone
  t.ok(!device.connected, 'a device that goes is heard of')
})

radioTest('bluetooth: devices that cannot be reached', async t => {
  t.equal(await code(connect('00:00:00:00:00:09')), 'ERR_BLUETOOTH_DEVICE', 'unknown')
  t.equal(await code(connect('00:00:00:00:00:02')), 'ERR_BLUETOOTH', 'one that refuses')
})

radioTest('bluetooth: this machine as a device', async t => {
  const advertisement = await advertise({
    name: 'Desk',
    services: ['180f', { uuid: SHARED, characteristics: [{ uuid: '2a37', value: 'one' }, { uuid: '2a38', properties: ['write'] }] }],
    manufacturerData: { 76: new Uint8Array([1, 2]) },
    serviceData: new Map([['180f', 'x']])
  })
  const said = await radio('Advertised')
  for (const word of ['peripheral', 'Desk', SHARED, '0000180f', 'ManufacturerData', 'ServiceData']) t.ok(said.includes(word), `it says ${word}`)
  const served = await radio('Served')
  t.ok(served.includes('read') && served.includes('notify') && served.includes('write'), 'characteristics are there')
  t.equal(await radio('PeerReads', `string:${RATE}`), 'array of bytes "one"', 'a peer reads')
  await radio('PeerSubscribes', `string:${RATE}`)
  await advertisement.setValue(SHARED, '2a37', 'two')
  t.equal(await until(() => radio('Told'), 'array [ array of bytes "two" ]'), 'array [ array of bytes "two" ]', 'a peer is told')
  const written = new Promise((resolve) => advertisement.once('write', (...all) => resolve(all)))
  await radio('PeerWrites', `string:${PLACE}`, 'array:byte:104,105')
  const [value, service, characteristic] = await written
  t.deepEqual([text(value), service, characteristic], ['hi', SHARED, PLACE], 'a peer writes')
  t.equal(await code(advertisement.setValue(SHARED, '2aff', '')), 'ERR_BLUETOOTH_DEVICE', 'a characteristic that is not there')
  await advertisement.stop()
  t.equal(await until(() => radio('Advertised'), 'array [ ]'), 'array [ ]', 'it is withdrawn')
  t.equal(await until(() => radio('Served'), 'array [ ]'), 'array [ ]', 'with its services')
})

radioTest('bluetooth: the class Bluetooth shares values', async t => {
  const bluetooth = new Bluetooth('180d')
  const events = /** @type {string[]} */ ([])
  for (const name of ['start', 'advertise', 'connect', 'stop']) bluetooth.on(name, () => events.push(name))
  const heard = new Promise((resolve) => bluetooth.once(PLACE, (info, value) => resolve({ info, value })))
  const beats = new Promise((resolve) => {
    const all = /** @type {number[]} */ ([])
    bluetooth.on(RATE, (info, value) => { if (all.push(value[0]) === 2) resolve(all) })
  })
  await bluetooth.start()
  await bluetooth.subscribe('2a38')
  await bluetooth.subscribe('2a37')
  const { info } = await heard
  t.deepEqual([info.serviceId, info.characteristicId, info.source], [HEART, PLACE, 'hci0/dev_00_00_00_00_00_01'], 'a peer\'s value, and where it is from')
  t.deepEqual(await beats, [1, 2], 'each new one')
  await bluetooth.publish('2a37', { beat: 60 })
  t.equal(await radio('PeerReads', `string:${RATE}`), 'array of bytes "{"beat":60}"', 'objects are published as JSON')
  await bluetooth.publish('2a37', 'sixty')
  t.equal(await radio('PeerReads', `string:${RATE}`), 'array of bytes "sixty"', 'values change')
  const said = new Promise((resolve) => bluetooth.once(RATE, (info, value) => resolve(text(value))))
  await radio('PeerWrites', `string:${RATE}`, 'array:byte:104,105')
  t.equal(await said, 'hi', 'peers write as well')
  await bluetooth.stop()
  t.deepEqual(events, ['start', 'connect', 'advertise', 'stop'], 'what happened')
  t.equal(await until(() => radio('State'), 'array [ ]'), 'array [ ]', 'nothing is left')
  t.equal(await until(() => radio('Advertised'), 'array [ ]'), 'array [ ]', 'nothing at all')
})

if (bus !== undefined) {
  const { endServices, stop } = bus
  test('bluetooth: BlueZ ends', async t => {
    await endServices()
    t.equal(await state(), 'unavailable', 'Bluetooth is not there any more')
    t.equal(await code(adapters()), 'ERR_BLUETOOTH_UNAVAILABLE', 'and says so')
    t.equal(await code(advertise()), 'ERR_BLUETOOTH_UNAVAILABLE', 'everywhere')
    await stop()
  })
}
