/**
 * Values as text, as Node prints them, from the code of Node itself (package node-inspect-extracted).
 */
import util from 'node-inspect-extracted'
import { ERR_INVALID_ARG_TYPE, setInspect } from 'socket:internal/errors'
import { readableStack } from 'socket:internal/stack'

readableStack(util.inspect.custom)

export const { format, inspect } = util

/** @param {any} inspectOptions @param {any[]} args */
export function formatWithOptions (inspectOptions, ...args) {
  if (inspectOptions === null || typeof inspectOptions !== 'object') {
    throw new ERR_INVALID_ARG_TYPE('inspectOptions', 'object', inspectOptions)
  }
  return util.formatWithOptions(inspectOptions, .../** @type {[any]} */ (args))
}

setInspect(inspect)
