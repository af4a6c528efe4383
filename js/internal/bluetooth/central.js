/**
 * Scans and connections of `socket:bluetooth`.
 */
import { EventEmitter } from 'socket:events'
import { Early } from 'socket:internal/early'
import { ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'
import { call } from 'socket:internal/ipc'
import { listen, unlisten } from 'socket:internal/bluetooth/listen'
import { toBytes, toUUID } from 'socket:internal/bluetooth/values'
import { validateAbortSignal, validateArray, validateFunction, validateObject, validateString, validateUint32 } from 'socket:internal/validators'

/**
 * What a scan knows of a device.
 *
 * @typedef {object} Found
 * @property {string} id what `connect` takes
 * @property {string | null} name
 * @property {string | null} address its hardware address, where the system tells
 * @property {number | null} rssi strength of its signal, in dBm
 * @property {number | null} txPower strength that it sends with, in dBm
 * @property {string[]} services UUIDs that it advertises
 * @property {Map<number, Uint8Array>} manufacturerData by company
 * @property {Map<string, Uint8Array>} serviceData by service
 */

/**
 * @typedef {object} ScanOptions
 * @property {(string | number)[]} [services] only devices that offer one of them
 * @property {string} [name] only devices of this name
 * @property {string} [namePrefix] only devices whose name begins so
 * @property {string} [adapter] which adapter; the first when it is missing
 * @property {AbortSignal} [signal] ends the scan
 */

/** @typedef {{ uuid: string, primary: boolean, characteristics: { uuid: string, properties: import('socket:internal/routes').bluetooth.Property[] }[] }} Service */

/** Longest time that a connection may take to be made, in milliseconds, unless told otherwise. */
const LIMIT = 30_000

/** @param {any} event @returns {Found} */
function unpack ({ key, manufacturerData, serviceData, body = new Uint8Array(0), ...rest }) {
  let at = 0
  const take = (/** @type {number} */ length) => {
    at += length
    return body.slice(at - length, at)
  }
  return {
    ...rest,
    manufacturerData: new Map(manufacturerData.map((/** @type {any} */ { company, length }) => [company, take(length)])),
    serviceData: new Map(serviceData.map((/** @type {any} */ { service, length }) => [service, take(length)]))
  }
}

/**
 * A scan. Emits `device` when it finds one and `update` when something about that one changes; iterating over it
 * brings the devices it finds.
 */
export class Scan extends EventEmitter {
  #id
  #key
  #ended = false
  /** @type {Map<string, Found>} by id */
  devices = new Map()

  /** Made by {@link scan}. @param {number} id @param {number} key */
  constructor (id, key) {
    super()
    this.#id = id
    this.#key = key
  }

  /** @param {Found} found */
  add (found) {
    if (this.#ended) return
    const known = this.devices.has(found.id)
    this.devices.set(found.id, found)
    this.emit(known ? 'update' : 'device', found)
  }

  /** Ends it. */
  async stop () {
    if (this.#ended) return
    this.#ended = true
    unlisten(this.#key)
    this.emit('end')
    await call('bluetooth.stopScan', { id: this.#id })
  }

  async * [Symbol.asyncIterator] () {
    const waiting = [...this.devices.values()]
    let wake = () => {}
    const add = (/** @type {Found} */ found) => { waiting.push(found); wake() }
    const end = () => wake()
    this.on('device', add).on('end', end)
    try {
      for (;;) {
        const next = waiting.shift()
        if (next !== undefined) yield next
        else if (this.#ended) return
        else await new Promise((resolve) => { wake = () => resolve(undefined) })
      }
    } finally {
      this.off('device', add).off('end', end)
      await this.stop()
    }
  }
}

/**
 * Looks for devices.
 *
 * @param {ScanOptions} [options]
 * @returns {Promise<Scan>}
 */
export async function scan (options = {}) {
  validateObject(options, 'options')
  const { services = [], name, namePrefix, adapter, signal } = options
  validateArray(services, 'options.services')
  for (const [key, value] of Object.entries({ name, namePrefix, adapter })) {
    if (value !== undefined) validateString(value, `options.${key}`)
  }
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal')
  const wanted = services.map((service) => toUUID(service, 'options.services'))
  /** @type {Early<Found>} */
  const early = new Early()
  const key = listen((event) => {
    const found = unpack(event)
    if (name !== undefined && found.name !== name) return
    if (namePrefix !== undefined && !found.name?.startsWith(namePrefix)) return
    early.hear(found)
  })
  try {
    const { id } = await call('bluetooth.startScan', { adapter, services: wanted, key }, { signal })
    const scan = new Scan(id, key)
    signal?.addEventListener('abort', () => scan.stop().catch(() => {}), { once: true })
    early.give((found) => scan.add(found))
    return scan
  } catch (error) {
    unlisten(key)
    throw error
  }
}

/**
 * A connected device. Emits `disconnect` when it is gone, and `value` with the bytes, the service and the
 * characteristic for each new value of what it was asked to tell.
 */
export class Device extends EventEmitter {
  #link
  #key
  #connected = true
  /** @type {Map<string, Set<(value: Uint8Array) => void>>} */
  #listeners = new Map()
  /** What {@link connect} was given. @type {string} */
  id

  /** Made by {@link connect}. @param {string} id @param {number} link @param {number} key */
  constructor (id, link, key) {
    super()
    this.id = id
    this.#link = link
    this.#key = key
  }

  /** Whether it is there. */
  get connected () { return this.#connected }

  /** What native code tells. @param {any} event */
  hear ({ service, characteristic, body = new Uint8Array(0) }) {
    if (!this.#connected) return
    if (service === undefined) {
      this.#gone()
      return
    }
    for (const listener of this.#listeners.get(`${service} ${characteristic}`) ?? []) {
      try { listener(body) } catch (error) { reportError(error) }
    }
    this.emit('value', body, service, characteristic)
  }

  #gone () {
    this.#connected = false
    unlisten(this.#key)
    this.#listeners.clear()
    this.emit('disconnect')
    // What native code still keeps of it is of no use.
    call('bluetooth.disconnect', { id: this.#link }).catch(() => {})
  }

  /** @param {string | number} service @param {string | number} characteristic */
  #target (service, characteristic) {
    return { id: this.#link, service: toUUID(service, 'service'), characteristic: toUUID(characteristic, 'characteristic') }
  }

  /** Its services and their characteristics. @returns {Promise<Service[]>} */
  async services () {
    return await call('bluetooth.services', { id: this.#link })
  }

  /**
   * The value of a characteristic.
   *
   * @param {string | number} service
   * @param {string | number} characteristic
   * @returns {Promise<Uint8Array>}
   */
  async read (service, characteristic) {
    const { body } = await call('bluetooth.read', this.#target(service, characteristic))
    return body ?? new Uint8Array(0)
  }

  /**
   * Writes the value of a characteristic.
   *
   * @param {string | number} service
   * @param {string | number} characteristic
   * @param {string | ArrayBuffer | ArrayBufferView | object} value bytes, text, or what becomes JSON
   * @param {{ response?: boolean }} [options] `response: false`: nobody says whether it arrived
   */
  async write (service, characteristic, value, { response = true } = {}) {
    await call('bluetooth.write', { ...this.#target(service, characteristic), response, body: toBytes(value, 'value') })
  }

  /**
   * Calls back with each new value of a characteristic.
   *
   * @param {string | number} service
   * @param {string | number} characteristic
   * @param {(value: Uint8Array) => void} [listener] `value` events tell it as well
   * @returns {Promise<() => Promise<void>>} ends it
   */
  async subscribe (service, characteristic, listener = () => {}) {
    validateFunction(listener, 'listener')
    const target = this.#target(service, characteristic)
    const name = `${target.service} ${target.characteristic}`
    const set = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, set)
    const own = (/** @type {Uint8Array} */ value) => listener(value)
    set.add(own)
    try {
      await call('bluetooth.subscribe', target)
    } catch (error) {
      set.delete(own)
      throw error
    }
    return async () => {
      if (!set.delete(own) || set.size > 0 || !this.#connected) return
      await call('bluetooth.unsubscribe', target)
    }
  }

  /** Leaves it. */
  async disconnect () {
    if (!this.#connected) return
    this.#connected = false
    unlisten(this.#key)
    this.#listeners.clear()
    await call('bluetooth.disconnect', { id: this.#link })
    this.emit('disconnect')
  }
}

/**
 * Connects to a device that a scan knows.
 *
 * @param {string | { id: string }} device what the scan found, its id, or its hardware address
 * @param {{ adapter?: string, timeout?: number, signal?: AbortSignal }} [options] `timeout` in milliseconds
 * @returns {Promise<Device>}
 */
export async function connect (device, { adapter, timeout = LIMIT, signal } = {}) {
  const id = typeof device === 'object' ? device?.id : device
  if (typeof id !== 'string') throw new ERR_INVALID_ARG_TYPE('device', ['string', 'Object'], device)
  validateUint32(timeout, 'options.timeout', true)
  if (signal !== undefined) validateAbortSignal(signal, 'options.signal')
  /** @type {Early<any>} */
  const early = new Early()
  const key = listen((event) => early.hear(event))
  try {
    const { id: link } = await call('bluetooth.connect', { adapter, device: id, timeout, key }, { signal })
    const connected = new Device(id, link, key)
    early.give((event) => connected.hear(event))
    return connected
  } catch (error) {
    unlisten(key)
    throw error
  }
}
