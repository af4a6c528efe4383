/**
 * Channels of messages about what happens, and what a page does in numbers.
 */
import channels from 'socket:diagnostics/channels'
import * as window from 'socket:diagnostics/window'

/** @param {string} name */
export function channel (name) {
  return channels.channel(name)
}

export { channels, window }

export * as default from 'socket:diagnostics'
