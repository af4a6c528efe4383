/**
 * What a cipher does with the bytes that it is given one after the other. AES and ChaCha20 themselves, and the sums that
 * vouch for what was encrypted, are those of @noble/ciphers; its own functions want a message as a whole.
 */
import { unsafe } from '@noble/ciphers/aes.js'
import { chacha20 } from '@noble/ciphers/chacha.js'
import { poly1305 } from '@noble/ciphers/_poly1305.js'
import { ghash } from '@noble/ciphers/_polyval.js'
import { opensslError } from 'socket:internal/crypto/errors'

const BLOCK = 16
const NOTHING = new Uint8Array(0)

/** @param {Uint8Array} one @param {Uint8Array} two @returns {Uint8Array<ArrayBuffer>} */
function concat (one, two) {
  const both = new Uint8Array(one.length + two.length)
  both.set(one)
  both.set(two, one.length)
  return both
}

const wrongLength = () => opensslError('1C80006B', 'Provider routines', 'wrong final block length')

/** ECB and CBC: whole blocks, the last one filled up. */
export class Blocks {
  padding = true
  #key
  #decrypt
  /** The block before, in CBC. @type {Uint32Array | undefined} */
  #previous
  #waiting = NOTHING

  /** @param {Uint8Array} key @param {Uint8Array | null} iv none for ECB @param {boolean} decrypt */
  constructor (key, iv, decrypt) {
    this.#key = decrypt ? unsafe.expandKeyDecLE(key) : unsafe.expandKeyLE(key)
    this.#decrypt = decrypt
    if (iv !== null) this.#previous = new Uint32Array(iv.slice().buffer)
  }

  /** @param {Uint8Array} bytes whole blocks, in memory that is aligned */
  #run (bytes) {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
    const key = this.#key
    let [a, b, c, d] = this.#previous ?? [0, 0, 0, 0]
    for (let at = 0; at < words.length; at += 4) {
      const [w0, w1, w2, w3] = [words[at], words[at + 1], words[at + 2], words[at + 3]]
      if (this.#decrypt) {
        const { s0, s1, s2, s3 } = unsafe.decrypt(key, w0, w1, w2, w3)
        words[at] = s0 ^ a
        words[at + 1] = s1 ^ b
        words[at + 2] = s2 ^ c
        words[at + 3] = s3 ^ d
        if (this.#previous) [a, b, c, d] = [w0, w1, w2, w3]
      } else {
        const { s0, s1, s2, s3 } = unsafe.encrypt(key, w0 ^ a, w1 ^ b, w2 ^ c, w3 ^ d)
        words[at] = s0
        words[at + 1] = s1
        words[at + 2] = s2
        words[at + 3] = s3
        if (this.#previous) [a, b, c, d] = [s0, s1, s2, s3]
      }
    }
    this.#previous?.set([a, b, c, d])
    return bytes
  }

  /** @param {Uint8Array} bytes */
  update (bytes) {
    const all = concat(this.#waiting, bytes)
    let length = all.length - all.length % BLOCK
    // The last block may be padding, which `final` takes off.
    if (this.#decrypt && this.padding && length === all.length && length > 0) length -= BLOCK
    this.#waiting = all.slice(length)
    return this.#run(all.slice(0, length))
  }

  final () {
    const waiting = this.#waiting
    if (!this.padding) {
      if (waiting.length > 0) throw wrongLength()
      return NOTHING
    }
    if (!this.#decrypt) {
      const fill = BLOCK - waiting.length
      return this.#run(concat(waiting, new Uint8Array(fill).fill(fill)))
    }
    if (waiting.length !== BLOCK) throw wrongLength()
    const last = this.#run(waiting.slice())
    const fill = last[BLOCK - 1]
    const good = fill >= 1 && fill <= BLOCK && last.subarray(BLOCK - fill).every((byte) => byte === fill)
    if (!good) throw opensslError('1C800064', 'Provider routines', 'bad decrypt')
    return last.slice(0, BLOCK - fill)
  }
}

/** A stream of bytes that a message is combined with; whole pieces of it at once. */
class Keystream {
  #run
  #size
  /** What is left of the last piece. */
  #rest = NOTHING

  /** @param {number} size of a piece @param {(bytes: Uint8Array) => Uint8Array} run combines whole pieces, and goes on */
  constructor (size, run) {
    this.#size = size
    this.#run = run
  }

  /** @param {Uint8Array} bytes @returns {Uint8Array} */
  apply (bytes) {
    const out = new Uint8Array(bytes.length)
    const first = Math.min(this.#rest.length, bytes.length)
    for (let at = 0; at < first; at++) out[at] = bytes[at] ^ this.#rest[at]
    this.#rest = this.#rest.subarray(first)
    const whole = bytes.length - first - (bytes.length - first) % this.#size
    if (whole > 0) out.set(this.#run(bytes.slice(first, first + whole)), first)
    const done = first + whole
    if (done < bytes.length) {
      this.#rest = this.#run(new Uint8Array(this.#size)).slice()
      for (let at = done; at < bytes.length; at++) out[at] = bytes[at] ^ this.#rest[at - done]
      this.#rest = this.#rest.subarray(bytes.length - done)
    }
    return out
  }
}

export class Ctr {
  #stream

  /** @param {Uint8Array} key @param {Uint8Array} iv */
  constructor (key, iv) {
    const expanded = unsafe.expandKeyLE(key)
    const counter = iv.slice()
    this.#stream = new Keystream(BLOCK, (bytes) => unsafe.ctrCounter(expanded, counter, bytes))
  }

  /** @param {Uint8Array} bytes */
  update (bytes) {
    return this.#stream.apply(bytes)
  }

  final () {
    return NOTHING
  }
}

/** Sums up pieces of any length as one, filled with zeros to whole blocks. */
class Padded {
  #sum
  #waiting = NOTHING
  length = 0

  /** @param {{ update: (bytes: Uint8Array) => unknown }} sum */
  constructor (sum) {
    this.#sum = sum
  }

  /** @param {Uint8Array} bytes */
  add (bytes) {
    this.length += bytes.length
    const all = concat(this.#waiting, bytes)
    const whole = all.length - all.length % BLOCK
    if (whole > 0) this.#sum.update(all.slice(0, whole))
    this.#waiting = all.slice(whole)
  }

  end () {
    if (this.#waiting.length > 0) this.#sum.update(concat(this.#waiting, new Uint8Array(BLOCK - this.#waiting.length)))
    this.#waiting = NOTHING
  }
}

/** Encryption that is vouched for: a key stream, and a sum over what is said beside the message and the ciphertext. */
class Authenticated {
  #decrypt
  #aad
  #text
  #started = false
  #stream
  #finish
  #sum

  /**
   * @param {boolean} decrypt
   * @param {Keystream} stream
   * @param {{ update: (bytes: Uint8Array) => unknown, digest: () => Uint8Array }} sum
   * @param {{ little: boolean, unit: number, mask?: Uint8Array }} finish how lengths are written: in bits or bytes
   */
  constructor (decrypt, stream, sum, finish) {
    this.#decrypt = decrypt
    this.#stream = stream
    this.#sum = sum
    this.#aad = new Padded(sum)
    this.#text = new Padded(sum)
    this.#finish = finish
  }

  /** @param {Uint8Array} bytes @returns {boolean} false: the message has begun */
  aad (bytes) {
    if (this.#started) return false
    this.#aad.add(bytes)
    return true
  }

  /** @param {Uint8Array} bytes */
  update (bytes) {
    if (!this.#started) this.#aad.end()
    this.#started = true
    const out = this.#stream.apply(bytes)
    this.#text.add(this.#decrypt ? bytes : out)
    return out
  }

  final () {
    return NOTHING
  }

  /** All 16 bytes, after `final`. */
  tag () {
    if (!this.#started) this.#aad.end()
    this.#text.end()
    const { little, unit, mask } = this.#finish
    const lengths = new DataView(new ArrayBuffer(BLOCK))
    lengths.setBigUint64(0, BigInt(this.#aad.length) * BigInt(unit), little)
    lengths.setBigUint64(8, BigInt(this.#text.length) * BigInt(unit), little)
    this.#sum.update(new Uint8Array(lengths.buffer))
    const tag = this.#sum.digest().slice()
    mask?.forEach((byte, at) => { tag[at] ^= byte })
    return tag
  }
}

/** @param {Uint8Array} key @param {Uint8Array} iv @param {boolean} decrypt */
export function gcm (key, iv, decrypt) {
  const expanded = unsafe.expandKeyLE(key)
  const hashKey = unsafe.encryptBlock(expanded, new Uint8Array(BLOCK))
  const counter = new Uint8Array(BLOCK)
  if (iv.length === 12) {
    counter.set(iv)
    counter[15] = 1
  } else {
    const sum = ghash.create(hashKey)
    const lengths = new DataView(new ArrayBuffer(BLOCK))
    lengths.setBigUint64(8, BigInt(iv.length) * 8n)
    sum.update(iv.slice())
    sum.update(new Uint8Array(lengths.buffer))
    counter.set(sum.digest())
  }
  const mask = unsafe.ctr32(expanded, false, counter, new Uint8Array(BLOCK))
  const stream = new Keystream(BLOCK, (bytes) => unsafe.ctr32(expanded, false, counter, bytes))
  return new Authenticated(decrypt, stream, ghash.create(hashKey), { little: false, unit: 8, mask })
}

/** @param {Uint8Array} key @param {Uint8Array} iv @param {boolean} decrypt */
export function chacha20Poly1305 (key, iv, decrypt) {
  const nonce = iv.slice()
  const secret = key.slice()
  const sum = poly1305.create(chacha20(secret, nonce, new Uint8Array(32)))
  let block = 1
  const stream = new Keystream(64, (bytes) => {
    const out = chacha20(secret, nonce, bytes, undefined, block)
    block += bytes.length / 64
    return out
  })
  return new Authenticated(decrypt, stream, sum, { little: true, unit: 1 })
}
