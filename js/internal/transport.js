/**
 * The transport of a WebView: `fetch('ipc://<route>?seq=<realm>.<number>')`.
 *
 * A small head without bytes goes in the address (a GET is the quickest request an engine makes); all else is
 * a frame in the body, announced by `x-ipc-body`, because native code reads no body unasked.
 */

import { documentToken } from 'socket:internal/document-token'
import { decodeFrame, encodeFrame } from 'socket:internal/frame'
import { reportViolation } from 'socket:internal/violation'

/** Random: no other realm can guess it, and native code keeps events apart by it. */
export const realm = Array.from(crypto.getRandomValues(new Uint8Array(8)), byte => byte.toString(16).padStart(2, '0')).join('')

/** Longest head that goes in the address, in characters before encoding. */
const MAX_ADDRESS = 2048
/** Answers above this many bytes are collected piece by piece: twice as fast as `arrayBuffer()` there. */
const LARGE = 1 << 20

/**
 * @param {string} route
 * @param {number} number
 * @param {string | undefined} head
 * @param {Uint8Array | undefined} body
 * @param {number} [timeout] milliseconds
 */
function address (route, number, head, body, timeout) {
  let url = `ipc://${route}?seq=${realm}.${number}&document=${documentToken()}`
  if (timeout !== undefined) url += `&timeout=${Math.ceil(timeout)}`
  if (body !== undefined || (head !== undefined && head.length > MAX_ADDRESS)) return { url, frame: encodeFrame(head, body) }
  return { url: head === undefined ? url : `${url}&head=${encodeURIComponent(head)}`, frame: undefined }
}

/**
 * @param {string} route
 * @param {number} number
 * @param {string | undefined} head
 * @param {Uint8Array | undefined} body
 * @param {number} [timeout] milliseconds after which native code gives up
 * @returns {Promise<{ ok: boolean, head: any, body?: Uint8Array }>}
 */
export async function send (route, number, head, body, timeout) {
  const { url, frame } = address(route, number, head, body, timeout)
  let response
  try {
    response = await fetch(url, frame && { method: 'POST', headers: { 'x-ipc-body': '1' }, body: frame })
  } catch (error) {
    throw refused(route, error)
  }
  return { ok: response.ok, ...decodeFrame(await collect(response)) }
}

/**
 * @param {Response} response
 * @returns {Promise<Uint8Array>}
 */
async function collect (response) {
  const length = Number(response.headers.get('x-ipc-length'))
  if (!(length > LARGE) || response.body === null) return new Uint8Array(await response.arrayBuffer())
  let bytes = new Uint8Array(length)
  let at = 0
  const reader = response.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return bytes.subarray(0, at)
    if (at + value.byteLength > bytes.byteLength) {
      // A file may grow while it is read.
      const larger = new Uint8Array(Math.max(bytes.byteLength * 2, at + value.byteLength))
      larger.set(bytes)
      bytes = larger
    }
    bytes.set(value, at)
    at += value.byteLength
  }
}

/**
 * @param {string} route
 * @param {number} number
 * @param {string | undefined} head
 * @param {Uint8Array | undefined} body
 * @returns {{ ok: boolean, head: any, body?: Uint8Array }}
 */
export function sendSync (route, number, head, body) {
  const { url, frame } = address(route, number, head, body)
  const request = new XMLHttpRequest()
  request.open(frame === undefined ? 'GET' : 'POST', url, false)
  // Pages may not ask a synchronous request for an ArrayBuffer; this charset keeps every byte as it is.
  const worker = typeof document === 'undefined'
  if (worker) request.responseType = 'arraybuffer'
  else request.overrideMimeType('text/plain; charset=x-user-defined')
  if (frame !== undefined) request.setRequestHeader('x-ipc-body', '1')
  try {
    request.send(frame)
  } catch (error) {
    throw refused(route, error)
  }
  const bytes = worker ? new Uint8Array(request.response) : Uint8Array.from(request.responseText, char => char.charCodeAt(0) & 0xff)
  if (bytes.byteLength < 4) throw refused(route, undefined)
  return { ok: request.status === 200, ...decodeFrame(bytes) }
}

/**
 * The engine ended the request itself, mostly because of the page's policy.
 *
 * @param {string} route
 * @param {unknown} cause
 */
function refused (route, cause) {
  // Of what its policy stops, WebKit tells pages and not their workers.
  if (typeof document === 'undefined') reportViolation(route, {})
  const error = new Error(
    `${route} was refused by the WebView. If the page has a Content-Security-Policy, add ipc://${route} to its connect-src ` +
    '(in the <meta http-equiv="Content-Security-Policy"> of the page or in [webview] headers of socket.ini)', { cause })
  return Object.assign(error, {
    code: 'ERR_ACCESS_DENIED',
    route,
    add: `ipc://${route}`,
    place: 'connect-src of the <meta http-equiv="Content-Security-Policy"> of the page, or [webview] headers of socket.ini'
  })
}

export { decodeFrame }
