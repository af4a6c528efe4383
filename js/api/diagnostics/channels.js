/**
 * Channels of diagnostics with groups of them, under the names that earlier apps know. Messages are those of
 * `diagnostics_channel`: who subscribes in one hears what is published in the other.
 */
import { channel as named, Channel as Base } from 'socket:diagnostics_channel'

export const MIN_CHANNEL_SUBSCRIBER_SIZE = 64

/** `group.name` @param {string | { name: string | symbol } | null | undefined} group @param {string} name @returns {string} */
export function normalizeName (group, name) {
  const prefix = String((typeof group === 'object' ? group?.name : group) ?? '')
  return prefix && !name.startsWith(`${prefix}.`) ? `${prefix}.${name}` : name
}

/** @typedef {(message: any, name: any) => void} Subscriber */

/** One channel by its name. */
export class Channel extends Base {
  #group
  #base

  /** @param {string} name @param {ChannelGroup | null} [group] */
  constructor (name, group = null) {
    const full = normalizeName(group, name)
    super(full)
    this.#group = group
    this.#base = named(full)
  }

  get group () {
    return this.#group
  }

  /** @param {Subscriber} subscription */
  subscribe (subscription) {
    this.#base.subscribe(subscription)
  }

  /** @param {Subscriber} subscription @returns {boolean} */
  unsubscribe (subscription) {
    return this.#base.unsubscribe(subscription)
  }

  /** @returns {boolean} */
  get hasSubscribers () {
    return this.#base.hasSubscribers
  }

  /** @param {any} message */
  publish (message) {
    this.#base.publish(message)
  }
}

/** Node's word for a channel that somebody listens to. Here every channel is one. */
export class ActiveChannel extends Channel {}

/** Several channels as one. */
export class ChannelGroup extends Channel {
  /** @type {Channel[]} */
  #channels

  /** @param {string} name @param {(Channel | string)[]} [channels] */
  constructor (name, channels = []) {
    super(name)
    this.#channels = channels.map((channel) => typeof channel === 'string' ? registry.channel(normalizeName(name, channel)) : channel)
  }

  get channels () {
    return [...this.#channels]
  }

  /** The channel of this group with a name. @param {string} name @returns {Channel} */
  channel (name) {
    const full = normalizeName(this, name)
    const known = this.#channels.find((channel) => channel.name === full)
    if (known) return known
    const made = registry.channel(full)
    this.#channels.push(made)
    return made
  }

  /** @param {Subscriber} subscription */
  subscribe (subscription) {
    for (const channel of this.#channels) channel.subscribe(subscription)
  }

  /** @param {Subscriber} subscription @returns {boolean} */
  unsubscribe (subscription) {
    return this.#channels.map((channel) => channel.unsubscribe(subscription)).includes(true)
  }

  /** @returns {boolean} */
  get hasSubscribers () {
    return this.#channels.some((channel) => channel.hasSubscribers)
  }

  /** To every channel of it. @param {any} message */
  publish (message) {
    for (const channel of this.#channels) channel.publish(message)
  }
}

class ChannelRegistry {
  /** @type {Map<string, Channel>} */
  #channels = new Map()

  /** @param {string} name @param {Subscriber} subscription */
  subscribe (name, subscription) {
    this.channel(name).subscribe(subscription)
  }

  /** @param {string} name @param {Subscriber} subscription @returns {boolean} */
  unsubscribe (name, subscription) {
    return this.channel(name).unsubscribe(subscription)
  }

  /** @param {string} name @returns {boolean} */
  hasSubscribers (name) {
    return this.channel(name).hasSubscribers
  }

  /** @param {string} name @returns {Channel} */
  channel (name) {
    const known = this.#channels.get(name)
    if (known) return known
    const made = new Channel(name)
    this.#channels.set(name, made)
    return made
  }

  /** @param {string} name @param {(Channel | string)[]} channels @returns {ChannelGroup} */
  group (name, channels) {
    const group = new ChannelGroup(name, channels)
    this.#channels.set(name, group)
    return group
  }

  /** @param {string} name @returns {Channel | undefined} */
  get (name) {
    return this.#channels.get(name)
  }

  /** @param {string} name */
  has (name) {
    return this.#channels.has(name)
  }

  /** @param {string} name @param {Channel} channel */
  set (name, channel) {
    this.#channels.set(name, channel)
  }

  /** @param {string} name @returns {boolean} */
  remove (name) {
    return this.#channels.delete(name)
  }
}

export const registry = new ChannelRegistry()

export default registry
