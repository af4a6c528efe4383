/**
 * Advertisements of `socket:bluetooth`, and the services behind them.
 */
import { EventEmitter } from 'socket:events'
import { Early } from 'socket:internal/early'
import { ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { call } from 'socket:internal/ipc'
import { listen, unlisten } from 'socket:internal/bluetooth/listen'
import { join, toBytes, toUUID } from 'socket:internal/bluetooth/values'
import { validateArray, validateObject, validateString } from 'socket:internal/validators'

/** @typedef {'broadcast' | 'read' | 'writeWithoutResponse' | 'write' | 'notify' | 'indicate'} Property */
/** @typedef {string | ArrayBuffer | ArrayBufferView | object} Data bytes, text, or what becomes JSON */
/** @typedef {{ uuid: string | number, properties?: Property[], value?: Data }} ServedCharacteristic  unless told otherwise it can be read and notifies */
/** @typedef {string | number | { uuid: string | number, characteristics: ServedCharacteristic[] }} Advertised  with characteristics, peers can connect to it */
/**
 * @typedef {object} AdvertiseOptions
 * @property {string} [name] what to call this machine
 * @property {Advertised[]} [services]
 * @property {Map<number, Data> | Record<number, Data>} [manufacturerData] by company
 * @property {Map<string, Data> | Record<string, Data>} [serviceData] by service
 * @property {string} [adapter] which adapter; the first that can when it is missing
 */

const PROPERTIES = ['broadcast', 'read', 'writeWithoutResponse', 'write', 'notify', 'indicate']

/** @template V @param {Map<any, V> | Record<any, V> | undefined} data @returns {[any, V][]} */
const entries = (data) => data === undefined ? [] : data instanceof Map ? [...data] : Object.entries(data)

/** What this machine advertises. Emits `write` with the bytes, the service and the characteristic when a peer writes. */
export class Advertisement extends EventEmitter {
  #id
  #key
  #ended = false

  /** Made by {@link advertise}. @param {number} id @param {number} key */
  constructor (id, key) {
    super()
    this.#id = id
    this.#key = key
  }

  /** What native code tells. @param {any} event */
  hear ({ service, characteristic, body = new Uint8Array(0) }) {
    if (!this.#ended) this.emit('write', body, service, characteristic)
  }

  /**
   * Changes the value of a characteristic; peers that subscribed to it are told.
   *
   * @param {string | number} service
   * @param {string | number} characteristic
   * @param {Data} value
   */
  async setValue (service, characteristic, value) {
    await call('bluetooth.setValue', {
      id: this.#id,
      service: toUUID(service, 'service'),
      characteristic: toUUID(characteristic, 'characteristic'),
      body: toBytes(value, 'value')
    })
  }

  /** Ends it. */
  async stop () {
    if (this.#ended) return
    this.#ended = true
    unlisten(this.#key)
    await call('bluetooth.unserve', { id: this.#id })
  }
}

/**
 * Advertises this machine, on systems where it can be a peripheral (Linux with BlueZ); elsewhere the error's code is
 * `ERR_FEATURE_UNAVAILABLE_ON_PLATFORM`.
 *
 * @param {AdvertiseOptions} [options]
 * @returns {Promise<Advertisement>}
 */
export async function advertise (options = {}) {
  validateObject(options, 'options')
  const { name, services = [], manufacturerData, serviceData, adapter } = options
  if (name !== undefined) validateString(name, 'options.name')
  if (adapter !== undefined) validateString(adapter, 'options.adapter')
  validateArray(services, 'options.services')
  /** @type {Uint8Array[]} */
  const parts = []
  const keep = (/** @type {Data} */ value, /** @type {string} */ what) => {
    const bytes = toBytes(value, what)
    parts.push(bytes)
    return bytes.byteLength
  }
  const manufacturers = entries(manufacturerData).map(([company, value]) => {
    const number = Number(company)
    if (!Number.isInteger(number) || number < 0 || number > 0xffff) throw new ERR_INVALID_ARG_VALUE('options.manufacturerData', company, 'is not the number of a company (0 to 65535)')
    return { company: number, length: keep(value, 'options.manufacturerData') }
  })
  const data = entries(serviceData).map(([service, value]) => ({ service: toUUID(service, 'options.serviceData'), length: keep(value, 'options.serviceData') }))
  /** @type {import('socket:internal/routes').bluetooth.Served[]} */
  const served = []
  const advertised = services.map((service) => {
    if (typeof service !== 'object' || service === null) return toUUID(service, 'options.services')
    const uuid = toUUID(service.uuid, 'options.services')
    validateArray(service.characteristics, 'options.services.characteristics')
    served.push({
      uuid,
      characteristics: service.characteristics.map(({ uuid, properties = ['read', 'notify'], value = '' }) => {
        const wrong = properties.find((property) => !PROPERTIES.includes(property))
        if (wrong !== undefined) throw new ERR_INVALID_ARG_VALUE('properties', wrong, `is not one of ${PROPERTIES.join(', ')}`)
        return { uuid: toUUID(uuid, 'characteristic'), properties, length: keep(value, 'value') }
      })
    })
    return uuid
  })
  /** @type {Early<any>} */
  const early = new Early()
  const key = listen((event) => early.hear(event))
  try {
    const { id } = await call('bluetooth.serve', { adapter, name, advertise: advertised, manufacturerData: manufacturers, serviceData: data, services: served, key, body: join(parts) })
    const advertisement = new Advertisement(id, key)
    early.give((event) => advertisement.hear(event))
    return advertisement
  } catch (error) {
    unlisten(key)
    throw error
  }
}
