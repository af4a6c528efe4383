import buffer, { atob, Blob, Buffer, btoa, constants, File, isAscii, isUtf8, kMaxLength, SlowBuffer, transcode } from 'socket:buffer'
import { test } from 'socket:test'
import { inspect } from 'socket:util'

test('buffer: text and bytes', (t) => {
  const text = 'grüße \u{1f600} ÿ'
  for (const encoding of /** @type {BufferEncoding[]} */ (['utf8', 'utf16le', 'base64', 'base64url', 'hex', 'latin1', 'ascii'])) {
    const bytes = Buffer.from(text)
    const again = Buffer.from(bytes.toString(encoding), encoding)
    if (encoding !== 'ascii' && encoding !== 'utf16le') t.ok(again.equals(bytes), `${encoding} there and back`)
    t.equal(typeof bytes.toString(encoding), 'string', encoding)
  }
  t.equal(Buffer.from('aGk', 'base64').toString(), 'hi', 'base64 without padding')
  t.equal(Buffer.from('hi').toString('base64url'), 'aGk', 'base64url')
  t.equal(Buffer.from([0xef, 0xbb, 0xbf, 0x61]).toString(), '\ufeffa', 'a byte order mark stays')
  t.equal(Buffer.byteLength(text), new TextEncoder().encode(text).length, 'byteLength')
  const large = Buffer.alloc(300_000, 'ab')
  t.equal(large.toString('latin1').length, 300_000, 'large text')
  t.equal(Buffer.from(large.toString('base64'), 'base64').compare(large), 0, 'large base64')
})

test('buffer: numbers', (t) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(2n ** 63n + 5n)
  t.equal(bytes.readBigUInt64LE(), 2n ** 63n + 5n, '64 bits')
  bytes.writeDoubleBE(Math.PI)
  t.equal(bytes.readDoubleBE(), Math.PI, 'double')
  bytes.writeIntLE(-(2 ** 47), 1, 6)
  t.equal(bytes.readIntLE(1, 6), -(2 ** 47), '48 bits')
  t.equal(t.throws(() => bytes.readUInt32LE(5), RangeError, 'outside').message, 'The value of "offset" is out of range. It must be >= 0 and <= 4. Received 5', 'message')
})

test('buffer: the rest', (t) => {
  t.equal(inspect(Buffer.from('hi')), '<Buffer 68 69>', 'inspects')
  t.ok(Buffer.from('a') instanceof Uint8Array && Buffer.isBuffer(Buffer.from('a').subarray(0, 1)), 'is a Uint8Array')
  t.deepEqual([isUtf8(Buffer.from([0xff])), isAscii(Buffer.from('a'))], [false, true], 'isUtf8, isAscii')
  t.equal(transcode(Buffer.from('€'), 'utf8', 'ascii').toString(), '?', 'transcode')
  t.equal(constants.MAX_LENGTH, kMaxLength, 'constants')
  t.equal(SlowBuffer(3).length, 3, 'SlowBuffer')
  t.equal(btoa(atob('aGk=')), 'aGk=', 'atob, btoa')
  t.ok(new File(['a'], 'n') instanceof Blob, 'Blob, File')
  t.equal(buffer.INSPECT_MAX_BYTES, 50, 'INSPECT_MAX_BYTES')
})
