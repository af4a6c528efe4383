/**
 * Values as text, as Node prints them, from the code of Node itself (package node-inspect-extracted).
 */
import util from 'node-inspect-extracted'
import { setInspect } from 'socket:internal/errors'
import { readableStack } from 'socket:internal/stack'

readableStack(util.inspect.custom)

export const { inspect, format, formatWithOptions } = util

setInspect(inspect)
