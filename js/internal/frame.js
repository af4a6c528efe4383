/** A frame: length of the head (u32, little endian), head (JSON), tail (raw). See docs/ipc.md. */

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/**
 * @param {string | undefined} head JSON
 * @param {Uint8Array | undefined} body
 */
export function encodeFrame (head, body) {
  const json = encoder.encode(head ?? 'null')
  const frame = new Uint8Array(4 + json.byteLength + (body?.byteLength ?? 0))
  new DataView(frame.buffer).setUint32(0, json.byteLength, true)
  frame.set(json, 4)
  if (body !== undefined) frame.set(body, 4 + json.byteLength)
  return frame
}

/**
 * @param {Uint8Array} frame
 * @returns {{ head: any, body?: Uint8Array }}
 */
export function decodeFrame (frame) {
  const length = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0, true)
  const json = decoder.decode(frame.subarray(4, 4 + length))
  const head = json === '' ? null : JSON.parse(json)
  return { head, body: frame.byteLength > 4 + length ? frame.subarray(4 + length) : undefined }
}
