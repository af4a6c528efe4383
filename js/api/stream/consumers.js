/**
 * Node's `stream/consumers`: everything that a stream, or any async iterable, brings.
 */
import { Buffer } from 'socket:buffer'

/** @typedef {AsyncIterable<any> | Iterable<any>} Source */

/** @param {Source} stream @returns {Promise<Blob>} */
export async function blob (stream) {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return new Blob(chunks)
}

/** @param {Source} stream @returns {Promise<ArrayBuffer>} */
export async function arrayBuffer (stream) {
  return (await blob(stream)).arrayBuffer()
}

/** @param {Source} stream */
export async function buffer (stream) {
  return Buffer.from(await arrayBuffer(stream))
}

/** UTF-8, also where a character is split between chunks. @param {Source} stream @returns {Promise<string>} */
export async function text (stream) {
  const decoder = new TextDecoder()
  let all = ''
  for await (const chunk of stream) all += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
  return all + decoder.decode()
}

/** @param {Source} stream @returns {Promise<any>} */
export async function json (stream) {
  return JSON.parse(await text(stream))
}

export default { arrayBuffer, blob, buffer, json, text }
