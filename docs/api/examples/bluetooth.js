import * as bluetooth from 'socket:bluetooth'

export const about = {
  Adapter: 'A Bluetooth adapter of this machine.',
  Advertisement: 'What this machine advertises: `setValue`, `stop`, and the event `write` when a peer writes a value.',
  Bluetooth: 'Values that the machines around share under the UUID of a service.',
  Device: 'A connected device: `services`, `read`, `write`, `subscribe`, `disconnect`, and the events `value` and `disconnect`.',
  Found: 'What a scan knows of a device.',
  Scan: 'A scan: the events `device` and `update`, `devices`, `stop`; iterating over it brings what it finds.'
}

/**
 * Whether there is a radio, and which.
 * @for state adapters
 */
export async function radio () {
  console.log(await bluetooth.state()) // → on
  for (const { id, address } of await bluetooth.adapters()) console.log(id, address) // → hci0 00:00:00:00:00:AA
}

/**
 * Finds a heart rate monitor within ten seconds, and waits for a beat.
 * @for scan connect Scan Device
 */
export async function heart () {
  /** @type {bluetooth.Scan} */
  const scanning = await bluetooth.scan({ services: ['180d'], signal: AbortSignal.timeout(10_000) })
  const found = await new Promise((resolve) => scanning.once('device', resolve))
  await scanning.stop()
  /** @type {bluetooth.Device} */
  const device = await bluetooth.connect(found)
  const beat = await new Promise((resolve) => device.subscribe('180d', '2a37', resolve))
  console.log(found.name, beat) // → Fake heart Uint8Array(1) [ 1 ]
  await device.disconnect()
}

/**
 * Advertises a service with a value that peers can read, subscribe to and write.
 * @for advertise Advertisement
 */
export async function peripheral () {
  const service = '56702d92-69f9-4400-baf8-d5a89febb5d3'
  const advertisement = await bluetooth.advertise({
    name: 'Desk',
    services: [{ uuid: service, characteristics: [{ uuid: '2a37', properties: ['read', 'notify', 'write'], value: 'hello' }] }]
  })
  advertisement.on('write', (value) => console.log('a peer wrote', value))
  await advertisement.setValue(service, '2a37', 'hello again')
  console.log(advertisement instanceof bluetooth.Advertisement) // → true
  await advertisement.stop()
}

/**
 * What one machine publishes, the others hear.
 * @for Bluetooth
 */
export async function sharing () {
  const shared = new bluetooth.Bluetooth('56702d92-69f9-4400-baf8-d5a89febb5d3')
  shared.on('00002a37-0000-1000-8000-00805f9b34fb', (from, value) => console.log(from.source, value))
  shared.on('advertise', () => console.log('others can find it')) // → others can find it
  await shared.subscribe('2a37')
  await shared.publish('2a37', { mood: 'fine' })
  await shared.stop()
}
