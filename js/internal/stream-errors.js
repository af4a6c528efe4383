/**
 * The errors of the stream package, in place of its own, which are older than Node 20's: npm/bundle.js puts them there.
 */
import * as errors from 'socket:internal/errors'

const { define } = errors

export { AbortError } from 'socket:internal/errors'

export const codes = {
  ERR_ILLEGAL_CONSTRUCTOR: errors.ERR_ILLEGAL_CONSTRUCTOR,
  ERR_INVALID_ARG_TYPE: errors.ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE: errors.ERR_INVALID_ARG_VALUE,
  ERR_INVALID_RETURN_VALUE: errors.ERR_INVALID_RETURN_VALUE,
  ERR_METHOD_NOT_IMPLEMENTED: errors.ERR_METHOD_NOT_IMPLEMENTED,
  ERR_MISSING_ARGS: errors.ERR_MISSING_ARGS,
  ERR_MULTIPLE_CALLBACK: define('ERR_MULTIPLE_CALLBACK', Error, () => 'Callback called multiple times'),
  ERR_OUT_OF_RANGE: errors.ERR_OUT_OF_RANGE,
  ERR_SOCKET_BAD_PORT: errors.ERR_SOCKET_BAD_PORT,
  ERR_STREAM_ALREADY_FINISHED: define('ERR_STREAM_ALREADY_FINISHED', Error, (/** @type {string} */ name) => `Cannot call ${name} after a stream was finished`),
  ERR_STREAM_CANNOT_PIPE: define('ERR_STREAM_CANNOT_PIPE', Error, () => 'Cannot pipe, not readable'),
  ERR_STREAM_DESTROYED: define('ERR_STREAM_DESTROYED', Error, (/** @type {string} */ name) => `Cannot call ${name} after a stream was destroyed`),
  ERR_STREAM_NULL_VALUES: define('ERR_STREAM_NULL_VALUES', TypeError, () => 'May not write null values to stream'),
  ERR_STREAM_PREMATURE_CLOSE: define('ERR_STREAM_PREMATURE_CLOSE', Error, () => 'Premature close'),
  ERR_STREAM_PUSH_AFTER_EOF: define('ERR_STREAM_PUSH_AFTER_EOF', Error, () => 'stream.push() after EOF'),
  ERR_STREAM_UNSHIFT_AFTER_END_EVENT: define('ERR_STREAM_UNSHIFT_AFTER_END_EVENT', Error, () => 'stream.unshift() after end event'),
  ERR_STREAM_WRITE_AFTER_END: define('ERR_STREAM_WRITE_AFTER_END', Error, () => 'write after end'),
  ERR_UNKNOWN_ENCODING: errors.ERR_UNKNOWN_ENCODING,
  ERR_UNKNOWN_SIGNAL: errors.ERR_UNKNOWN_SIGNAL
}

/** @template {Function} F @param {F} check @returns {F} */
export const hideStackFrames = (check) => check

/** Both errors of one end. @param {any} inner @param {any} outer */
export function aggregateTwoErrors (inner, outer) {
  if (!inner || !outer || inner === outer) return inner || outer
  if (Array.isArray(outer.errors)) {
    outer.errors.push(inner)
    return outer
  }
  return Object.assign(new AggregateError([outer, inner], outer.message), { code: outer.code })
}
