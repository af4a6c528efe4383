import buffer, { Buffer } from 'socket:buffer'

export const about = {
  Buffer: 'Bytes, as Node has them: a `Uint8Array` with encodings, numbers and comparison.',
  Blob: 'The engine\'s class for data that may be large.',
  File: 'The engine\'s class for a file that a user has chosen.',
  INSPECT_MAX_BYTES: 'How many bytes of a Buffer are printed.',
  constants: 'The longest Buffer and the longest string.',
  'k*': 'The longest that there may be.'
}

/** @for Buffer */
export function bytes () {
  const bytes = Buffer.from('hello')
  console.log(bytes.toString('hex'), bytes.readUInt16BE(0)) // → 68656c6c6f 26725
}

/** The text of base64. */
export function atob () {
  console.log(buffer.atob('aGk=')) // → hi
}

/** The base64 of a text of bytes. */
export function btoa () {
  console.log(buffer.btoa('hi')) // → aGk=
}

/** Whether bytes are ASCII. */
export function isAscii () {
  console.log(buffer.isAscii(Buffer.from('é'))) // → false
}

/** Whether bytes are UTF-8. */
export function isUtf8 () {
  console.log(buffer.isUtf8(Buffer.from('é'))) // → true
}

/** Bytes from one encoding to another. */
export function transcode () {
  console.log(buffer.transcode(Buffer.from('é'), 'utf8', 'latin1')) // → <Buffer e9>
}

/** Deprecated in Node: a Buffer of its own memory. Use `Buffer.allocUnsafeSlow`. */
export function SlowBuffer () {
  console.log(buffer.SlowBuffer(3).length) // → 3
}
