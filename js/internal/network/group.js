/**
 * Identity groups: several devices, or groups of them, that are one addressee.
 */
import { ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'
import { call } from 'socket:internal/ipc'
import { bytesOf, toHex } from 'socket:internal/network/payload'

/** @typedef {{ publicKey: Uint8Array, privateKey: Uint8Array }} KeyPair */
/** @typedef {string | Uint8Array} Key  a public key */

/** The 32 bytes that a secret key follows from. @param {KeyPair} keys @param {string} name */
function seedOf (keys, name) {
  const bytes = bytesOf(keys?.privateKey, `${name}.privateKey`)
  if (bytes.byteLength !== 32 && bytes.byteLength !== 64) throw new ERR_INVALID_ARG_VALUE(`${name}.privateKey`, bytes, 'must hold a private key of 32 or 64 bytes')
  return bytes.subarray(0, 32)
}

/** @param {Uint8Array[]} parts */
function joined (...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.byteLength
  }
  return all
}

/** @param {Key} key @param {string} name */
const named = (key, name) => toHex(bytesOf(key, name))

/**
 * Makes identity groups: several devices, or groups of them, that are one addressee. Who is to be a member signs a consent;
 * who is given the sealed group reads what is sent to it.
 */
export class IdentityGroup {
  /**
   * Proposes a group. The proposal is carried to all who are to be members.
   *
   * @param {{ keys: KeyPair, members: Key[], replaces?: Key }} options `keys`: the group's own; `replaces`: the group that this one takes the place of
   * @returns {Promise<Uint8Array>}
   */
  static async propose ({ keys, members, replaces }) {
    const { body } = await call('network.propose', {
      members: members.map((member) => named(member, 'options.members')),
      replaces: replaces === undefined ? undefined : named(replaces, 'options.replaces'),
      body: seedOf(keys, 'options.keys')
    })
    return body ?? new Uint8Array(0)
  }

  /** Consents to be a member. @param {Uint8Array} proposal @param {KeyPair} keys of the member @returns {Promise<Uint8Array>} */
  static async consent (proposal, keys) {
    const { body } = await call('network.consent', { body: joined(seedOf(keys, 'keys'), bytesOf(proposal, 'proposal')) })
    return body ?? new Uint8Array(0)
  }

  /**
   * Makes the group, when all have consented.
   *
   * @param {Uint8Array} proposal
   * @param {{ keys: KeyPair, consents: Uint8Array[], to: Key }} options `keys`: the group's own; `to`: for whom it is sealed
   * @returns {Promise<{ id: string, certificate: Uint8Array, sealed: Uint8Array }>} `certificate`: what others may know
   */
  static async complete (proposal, { keys, consents, to }) {
    const all = consents.map((consent) => {
      const bytes = bytesOf(consent, 'options.consents')
      if (bytes.byteLength !== 96) throw new ERR_INVALID_ARG_VALUE('options.consents', consent, 'must be what consent() gives: 96 bytes')
      return bytes
    })
    const { group, certificate, body } = await call('network.complete', {
      consents: all.length, to: named(to, 'options.to'), body: joined(seedOf(keys, 'options.keys'), bytesOf(proposal, 'proposal'), ...all)
    })
    const bytes = body ?? new Uint8Array(0)
    return { id: group, certificate: bytes.slice(0, certificate), sealed: bytes.slice(certificate) }
  }

  /**
   * Seals a group for somebody else: another device, a subscriber, a group within which it is.
   *
   * @param {Uint8Array} sealed
   * @param {{ keys: KeyPair, to: Key }} options `keys`: of the one that it was sealed for
   * @returns {Promise<Uint8Array>}
   */
  static async share (sealed, { keys, to }) {
    const { body } = await call('network.share', { to: named(to, 'options.to'), body: joined(seedOf(keys, 'options.keys'), bytesOf(sealed, 'sealed')) })
    return body ?? new Uint8Array(0)
  }
}

/** The identity groups of a peer: `bus.groups`. What is found out about others' comes as the event `#group` of the bus. */
export class Groups {
  #id; #cluster

  /** @param {number} id @param {string} cluster */
  constructor (id, cluster) {
    this.#id = id
    this.#cluster = cluster
  }

  /** Reads what is sent to a group from now on. @param {Uint8Array} sealed @param {KeyPair} keys of the one that it was sealed for @returns {Promise<string>} its public key */
  async hold (sealed, keys) {
    const { group } = await call('network.hold', { id: this.#id, body: joined(seedOf(keys, 'keys'), bytesOf(sealed, 'sealed')) })
    return group
  }

  /** Takes notice of a group that somebody told of in confidence. @param {Uint8Array} certificate */
  async learn (certificate) {
    await call('network.learn', { id: this.#id, body: bytesOf(certificate, 'certificate') })
  }

  /** @param {'release' | 'advertise' | 'conceal' | 'lookup' | 'withdraw' | 'pin' | 'unpin'} deed @param {Key} whose */
  async #do (deed, whose) {
    await call('network.group', { id: this.#id, deed, cluster: this.#cluster, whose: named(whose, 'key') })
  }

  /** No longer reads what is sent to a group. @param {Key} group */
  async release (group) { await this.#do('release', group) }

  /** Tells the cluster of a group that is held: conversations with its members go to it from then on. @param {Key} group */
  async advertise (group) { await this.#do('advertise', group) }

  /** Tells of it no longer. @param {Key} group */
  async conceal (group) { await this.#do('conceal', group) }

  /** Asks the cluster for the group of a peer; it comes as `#group`. @param {Key} peer */
  async lookup (peer) { await this.#do('lookup', peer) }

  /** This peer leaves a group. @param {Key} group */
  async withdraw (group) { await this.#do('withdraw', group) }

  /** Writes to a contact alone, not to its group; or does so again. @param {Key} peer @param {boolean} [pinned] */
  async pin (peer, pinned = true) { await this.#do(pinned ? 'pin' : 'unpin', peer) }
}
