/**
 * Bluetooth Low Energy: devices nearby and their values, and where the system can, this machine as such a device.
 *
 * Errors say what is missing: `ERR_BLUETOOTH_UNAVAILABLE` (no adapter, no service of the system, switched off),
 * `ERR_BLUETOOTH_DEVICE` (no such device or characteristic), `ERR_BLUETOOTH_REFUSED` (the device does not permit it),
 * `ENOTCONN`, `ERR_ACCESS_DENIED` (`allow_bluetooth = false` in socket.ini, or the user), `ERR_BLUETOOTH` (all else).
 */
import { EventEmitter } from 'socket:events'
import { Device, Scan, connect, scan } from 'socket:internal/bluetooth/central'
import { Advertisement, advertise } from 'socket:internal/bluetooth/peripheral'
import { toBytes, toUUID } from 'socket:internal/bluetooth/values'
import { call } from 'socket:internal/ipc'

/** @typedef {import('socket:internal/bluetooth/central').Found} Found */
/** @typedef {{ id: string, address: string | null, powered: boolean | null }} Adapter  `powered` is null where the system does not tell */

export { Advertisement, Device, Scan, advertise, connect, scan }

/** The Bluetooth adapters of this machine. @returns {Promise<Adapter[]>} */
export async function adapters () {
  return await call('bluetooth.adapters')
}

/**
 * Whether Bluetooth can be used: `on`, `off` (there is an adapter), `unavailable`, or `unknown` where the system does
 * not tell.
 *
 * @returns {Promise<'on' | 'off' | 'unavailable' | 'unknown'>}
 */
export async function state () {
  try {
    const all = await adapters()
    if (all.length === 0) return 'unavailable'
    if (all.some(({ powered }) => powered === true)) return 'on'
    return all.some(({ powered }) => powered === null) ? 'unknown' : 'off'
  } catch (error) {
    if (/** @type {any} */ (error).code === 'ERR_BLUETOOTH_UNAVAILABLE') return 'unavailable'
    throw error
  }
}

/** How long a peer that could not be reached is left alone, in milliseconds. */
const PAUSE = 5_000

/**
 * Values that the machines around share under the UUID of a service: what one publishes, the others that subscribe
 * to the same characteristic hear, as an event of that name.
 *
 * ```js
 * const bluetooth = new Bluetooth('56702d92-69f9-4400-baf8-d5a89febb5d3')
 * bluetooth.on(characteristic, (info, value) => console.log(new TextDecoder().decode(value)))
 * await bluetooth.start()
 * await bluetooth.subscribe(characteristic)
 * await bluetooth.publish(characteristic, 'hello')
 * ```
 */
export class Bluetooth extends EventEmitter {
  /** UUID of the service. @type {string} */
  serviceId
  /** @type {Scan | undefined} */ #scan
  /** @type {Map<string, Device | undefined>} by id; none: on the way */ #peers = new Map()
  /** @type {Map<string, number>} when a peer was last tried */ #tried = new Map()
  /** @type {Set<string>} */ #wanted = new Set()
  /** @type {Map<string, Uint8Array>} */ #published = new Map()
  /** @type {Advertisement | undefined} */ #advertisement
  /** @type {Promise<unknown>} */ #order = Promise.resolve()

  /** @param {string} serviceId UUID of the service */
  constructor (serviceId = '') {
    super()
    this.serviceId = toUUID(serviceId, 'serviceId')
  }

  /** Looks for machines that share the service, and connects to them. */
  async start () {
    if (this.#scan !== undefined) return
    const scanning = await scan({ services: [this.serviceId] })
    this.#scan = scanning
    const meet = (/** @type {Found} */ found) => { this.#meet(found) }
    scanning.on('device', meet).on('update', meet)
    this.emit('start', { serviceId: this.serviceId })
  }

  /** @param {Found} found */
  async #meet (found) {
    const since = Date.now() - (this.#tried.get(found.id) ?? -Infinity)
    if (this.#scan === undefined || this.#peers.has(found.id) || since < PAUSE) return
    this.#peers.set(found.id, undefined)
    this.#tried.set(found.id, Date.now())
    try {
      const device = await connect(found.id)
      this.#peers.set(found.id, device)
      device.on('disconnect', () => {
        this.#peers.delete(found.id)
        this.emit('disconnect', { id: found.id, name: found.name })
      })
      device.on('value', (value, service, characteristic) => this.#tell(found.id, characteristic, value))
      this.emit('connect', { id: found.id, name: found.name })
      for (const id of this.#wanted) await this.#hear(found.id, device, id)
      if (this.#scan === undefined) await device.disconnect()
    } catch (error) {
      if (this.#peers.get(found.id) === undefined) this.#peers.delete(found.id)
      if (this.listenerCount('error') > 0) this.emit('error', error)
    }
  }

  /** @param {string} peer @param {Device} device @param {string} id */
  async #hear (peer, device, id) {
    const service = (await device.services()).find(({ uuid }) => uuid === this.serviceId)
    const properties = service?.characteristics.find(({ uuid }) => uuid === id)?.properties ?? []
    if (properties.includes('notify') || properties.includes('indicate')) await device.subscribe(this.serviceId, id)
    if (properties.includes('read')) this.#tell(peer, id, await device.read(this.serviceId, id))
  }

  /** @param {string | undefined} peer @param {string} characteristicId @param {Uint8Array} value */
  #tell (peer, characteristicId, value) {
    if (!this.#wanted.has(characteristicId)) return
    this.emit(characteristicId, { serviceId: this.serviceId, characteristicId, source: peer }, value)
  }

  /**
   * Asks for a value: it comes as an event with the name of the characteristic, with where it is from and its bytes.
   *
   * @param {string} [id] UUID of the characteristic
   */
  async subscribe (id = '') {
    const characteristic = toUUID(id, 'id')
    this.#wanted.add(characteristic)
    await this.start()
    for (const [peer, device] of this.#peers) {
      if (device !== undefined) await this.#hear(peer, device, characteristic)
    }
  }

  /** Lets the machines around find this one, with what it has published. */
  async advertise () {
    await this.#inOrder(() => this.#serve())
  }

  /**
   * Shares a value with all machines that subscribe to the characteristic.
   *
   * @param {string} [id] UUID of the characteristic
   * @param {string | ArrayBuffer | ArrayBufferView | object} [value] bytes, text, or what becomes JSON
   */
  async publish (id = '', value = '') {
    const characteristic = toUUID(id, 'id')
    const bytes = toBytes(value, 'value')
    await this.#inOrder(async () => {
      const known = this.#published.has(characteristic)
      this.#published.set(characteristic, bytes)
      if (known && this.#advertisement !== undefined) await this.#advertisement.setValue(this.serviceId, characteristic, bytes)
      else await this.#serve()
    })
  }

  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  #inOrder (work) {
    const done = this.#order.then(work)
    this.#order = done.catch(() => {})
    return done
  }

  /** Characteristics of a service cannot be added while it is served: it begins again with all of them. */
  async #serve () {
    await this.#advertisement?.stop()
    this.#advertisement = undefined
    const characteristics = [...this.#published].map(([uuid, value]) => ({
      uuid, value, properties: /** @type {const} */ (['read', 'notify', 'write', 'writeWithoutResponse']).slice()
    }))
    const advertisement = await advertise({
      services: [characteristics.length === 0 ? this.serviceId : { uuid: this.serviceId, characteristics }]
    })
    advertisement.on('write', (value, service, characteristic) => {
      this.#published.set(characteristic, value)
      this.#tell(undefined, characteristic, value)
    })
    this.#advertisement = advertisement
    this.emit('advertise', { serviceId: this.serviceId })
  }

  /** Ends all of it. */
  async stop () {
    const scanning = this.#scan
    this.#scan = undefined
    await scanning?.stop()
    for (const device of this.#peers.values()) await device?.disconnect()
    await this.#inOrder(async () => {
      await this.#advertisement?.stop()
      this.#advertisement = undefined
    })
    this.emit('stop', { serviceId: this.serviceId })
  }
}

export * as default from 'socket:bluetooth'
