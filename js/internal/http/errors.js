/** What `socket:http` raises itself, with Node's codes and messages. */
import { define, plain } from 'socket:internal/errors'

export const ERR_HTTP_HEADERS_SENT = define('ERR_HTTP_HEADERS_SENT', Error, (/** @type {string} */ verb) => `Cannot ${verb} headers after they are sent to the client`)
export const ERR_HTTP_INVALID_HEADER_VALUE = define('ERR_HTTP_INVALID_HEADER_VALUE', TypeError, (/** @type {unknown} */ value, /** @type {string} */ name) => `Invalid value "${plain(value)}" for header "${name}"`)
export const ERR_HTTP_INVALID_STATUS_CODE = define('ERR_HTTP_INVALID_STATUS_CODE', RangeError, (/** @type {unknown} */ code) => `Invalid status code: ${plain(code)}`)
export const ERR_HTTP_TRAILER_INVALID = define('ERR_HTTP_TRAILER_INVALID', Error, () => 'Trailers are invalid with this transfer encoding')
export const ERR_HTTP_BODY_NOT_ALLOWED = define('ERR_HTTP_BODY_NOT_ALLOWED', Error, () => 'Adding content for this request method or response status is not allowed.')
export const ERR_HTTP_CONTENT_LENGTH_MISMATCH = define('ERR_HTTP_CONTENT_LENGTH_MISMATCH', Error,
  (/** @type {number} */ body, /** @type {number} */ header) => `Response body's content-length of ${body} byte(s) does not match the content-length of ${header} byte(s) set in header`)
export const ERR_HTTP_REQUEST_TIMEOUT = define('ERR_HTTP_REQUEST_TIMEOUT', Error, () => 'Request timeout')
export const ERR_INVALID_HTTP_TOKEN = define('ERR_INVALID_HTTP_TOKEN', TypeError, (/** @type {string} */ name, /** @type {unknown} */ field) => `${name} must be a valid HTTP token ["${plain(field)}"]`)
export const ERR_INVALID_CHAR = define('ERR_INVALID_CHAR', TypeError, (/** @type {string} */ name, /** @type {string | undefined} */ field = undefined) => `Invalid character in ${name}${field === undefined ? '' : ` ["${field}"]`}`)
export const ERR_INVALID_PROTOCOL = define('ERR_INVALID_PROTOCOL', TypeError, (/** @type {unknown} */ protocol, /** @type {string} */ expected) => `Protocol "${plain(protocol)}" not supported. Expected "${expected}"`)
export const ERR_UNESCAPED_CHARACTERS = define('ERR_UNESCAPED_CHARACTERS', TypeError, (/** @type {string} */ name) => `${name} contains unescaped characters`)
export const ERR_STREAM_CANNOT_PIPE = define('ERR_STREAM_CANNOT_PIPE', Error, () => 'Cannot pipe, not readable')

/** The connection ended before there was an answer. */
export const hangUp = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
/** The connection ended in the middle of an answer. */
export const aborted = () => Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
