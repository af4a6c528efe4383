import { normalizeName as normalizeName_ } from 'socket:diagnostics/channels'

export const about = {
  MIN_CHANNEL_SUBSCRIBER_SIZE: 'How much room a channel begins with in apps of earlier versions.',
  Subscriber: 'A function that gets each message.',
  registry: 'All channels, by name.'
}

/**
 * The name of a channel in a group.
 * @for normalizeName
 */
export function name () {
  const normalizeName = normalizeName_
  console.log(normalizeName('app', 'saved')) // → app.saved
}
