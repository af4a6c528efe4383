/**
 * The methods of buffers that read and write numbers.
 */
import { ERR_BUFFER_OUT_OF_BOUNDS, ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE } from 'socket:internal/errors'
import { validateNumber } from 'socket:internal/validators'

/**
 * @param {number} value
 * @param {number} last the greatest value that is right
 * @param {string} [name]
 * @returns {never}
 */
function outOfBounds (value, last, name = undefined) {
  if (Math.floor(value) !== value) {
    validateNumber(value, name ?? 'offset')
    throw new ERR_OUT_OF_RANGE(name ?? 'offset', 'an integer', value)
  }
  if (last < 0) throw new ERR_BUFFER_OUT_OF_BOUNDS()
  throw new ERR_OUT_OF_RANGE(name ?? 'offset', `>= ${name ? 1 : 0} and <= ${last}`, value)
}

/** @param {Uint8Array} bytes @param {number} offset @param {number} size */
function checkOffset (bytes, offset, size) {
  validateNumber(offset, 'offset')
  if (bytes[offset] === undefined || bytes[offset + size - 1] === undefined) outOfBounds(offset, bytes.length - size)
}

/** @param {number | bigint} value @param {number | bigint} min @param {number | bigint} max @param {number} size */
function checkValue (value, min, max, size) {
  if (value <= max && value >= min) return
  // NaN is neither above nor below and is written as zero.
  if (Number.isNaN(value)) return
  const n = typeof min === 'bigint' ? 'n' : ''
  let range = `>= ${min}${n} and <= ${max}${n}`
  if (size > 4) {
    range = Number(min) === 0
      ? `>= 0${n} and < 2${n} ** ${size * 8}${n}`
      : `>= -(2${n} ** ${size * 8 - 1}${n}) and < 2${n} ** ${size * 8 - 1}${n}`
  }
  throw new ERR_OUT_OF_RANGE('value', range, value)
}

/** @param {Uint8Array} bytes @param {number} offset @param {number} size @param {boolean} little */
function readUnsigned (bytes, offset, size, little) {
  let value = 0
  for (let at = 0; at < size; at++) value = value * 256 + bytes[little ? offset + size - 1 - at : offset + at]
  return value
}

/** @param {Uint8Array} bytes @param {number} offset @param {number} size @param {boolean} little */
function readSigned (bytes, offset, size, little) {
  const value = readUnsigned(bytes, offset, size, little)
  return value >= 2 ** (size * 8 - 1) ? value - 2 ** (size * 8) : value
}

/** @param {Uint8Array} bytes @param {number} value @param {number} offset @param {number} size @param {boolean} little */
function writeInteger (bytes, value, offset, size, little) {
  // Two's complement, also of the part above 32 bits.
  let rest = Math.trunc(value) || 0
  if (rest < 0) rest += 2 ** (size * 8)
  for (let at = 0; at < size; at++) {
    bytes[little ? offset + at : offset + size - 1 - at] = rest % 256
    rest = Math.floor(rest / 256)
  }
  return offset + size
}

/** @param {number} size @param {boolean} signed */
function limits (size, signed) {
  return signed ? [-(2 ** (size * 8 - 1)), 2 ** (size * 8 - 1) - 1] : [0, 2 ** (size * 8) - 1]
}

/** @type {Record<string, Function>} */
export const numbers = {}

/** @param {string[]} names @param {Function} method */
function method (names, method) {
  for (const name of names) {
    numbers[name] = method
    // Node has readUInt8 and readUint8 alike.
    if (name.includes('UInt')) numbers[name.replace('UInt', 'Uint')] = method
  }
}

for (const signed of [false, true]) {
  const kind = signed ? 'Int' : 'UInt'
  const read = signed ? readSigned : readUnsigned
  for (const [size, endings] of /** @type {[number, string[]][]} */ ([[1, ['']], [2, ['LE', 'BE']], [4, ['LE', 'BE']]])) {
    const [min, max] = limits(size, signed)
    for (const ending of endings) {
      const little = ending === 'LE'
      method([`read${kind}${size * 8}${ending}`], /** @this {Uint8Array} */ function (offset = 0) {
        checkOffset(this, offset, size)
        return read(this, offset, size, little)
      })
      method([`write${kind}${size * 8}${ending}`], /** @this {Uint8Array} */ function (/** @type {number} */ value, offset = 0) {
        value = Number(value)
        if (size === 1) validateNumber(offset, 'offset')
        checkValue(value, min, max, size)
        checkOffset(this, offset, size)
        return writeInteger(this, value, offset, size, little)
      })
    }
  }
  for (const ending of ['LE', 'BE']) {
    const little = ending === 'LE'
    method([`read${kind}${ending}`], /** @this {Uint8Array} */ function (/** @type {number} */ offset, /** @type {number} */ size) {
      if (offset === undefined) throw new ERR_INVALID_ARG_TYPE('offset', 'number', offset)
      if (![1, 2, 3, 4, 5, 6].includes(size)) outOfBounds(size, 6, 'byteLength')
      checkOffset(this, offset, size)
      return read(this, offset, size, little)
    })
    method([`write${kind}${ending}`], /** @this {Uint8Array} */ function (/** @type {number} */ value, /** @type {number} */ offset, /** @type {number} */ size) {
      if (![1, 2, 3, 4, 5, 6].includes(size)) outOfBounds(size, 6, 'byteLength')
      value = Number(value)
      if (size === 1) validateNumber(offset, 'offset')
      const [min, max] = limits(size, signed)
      checkValue(value, min, max, size)
      checkOffset(this, offset, size)
      return writeInteger(this, value, offset, size, little)
    })

    const [min, max] = signed ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n]
    method([`readBig${kind}64${ending}`], /** @this {Uint8Array} */ function (offset = 0) {
      checkOffset(this, offset, 8)
      const view = new DataView(this.buffer, this.byteOffset + offset, 8)
      return signed ? view.getBigInt64(0, little) : view.getBigUint64(0, little)
    })
    method([`writeBig${kind}64${ending}`], /** @this {Uint8Array} */ function (/** @type {bigint} */ value, offset = 0) {
      checkValue(value, min, max, 8)
      checkOffset(this, offset, 8)
      // Node mixes the value with a BigInt mask, so a number fails here with the engine's TypeError.
      new DataView(this.buffer, this.byteOffset + offset, 8).setBigUint64(0, BigInt.asUintN(64, value), little)
      return offset + 8
    })
  }
}

for (const [name, size] of /** @type {[string, number][]} */ ([['Float', 4], ['Double', 8]])) {
  for (const ending of ['LE', 'BE']) {
    const little = ending === 'LE'
    method([`read${name}${ending}`], /** @this {Uint8Array} */ function (offset = 0) {
      checkOffset(this, offset, size)
      const view = new DataView(this.buffer, this.byteOffset + offset, size)
      return size === 4 ? view.getFloat32(0, little) : view.getFloat64(0, little)
    })
    method([`write${name}${ending}`], /** @this {Uint8Array} */ function (/** @type {number} */ value, offset = 0) {
      value = Number(value)
      checkOffset(this, offset, size)
      const view = new DataView(this.buffer, this.byteOffset + offset, size)
      if (size === 4) view.setFloat32(0, value, little)
      else view.setFloat64(0, value, little)
      return offset + size
    })
  }
}

for (const [name, method] of Object.entries(numbers)) {
  if (!method.name) Object.defineProperty(method, 'name', { value: name.replace('UInt', 'Uint') })
}
