import channels from 'socket:diagnostics_channel'

export const about = {
  Channel: 'Where messages of one name are published.',
  Name: 'What a channel may be called.',
  Subscriber: 'A function that gets each message and the name of its channel.',
  Store: 'An AsyncLocalStorage that a channel sets.'
}

/** The channel of a name. */
export function channel () {
  const saved = channels.channel('app:saved')
  saved.subscribe((message, name) => console.log(name, message))
  saved.publish({ file: 'notes.txt' }) // → app:saved { file: 'notes.txt' }
}

/**
 * Begins and ends to hear of a channel.
 * @for subscribe unsubscribe hasSubscribers
 */
export function subscribe () {
  const hear = () => {}
  channels.subscribe('app:opened', hear)
  console.log(channels.hasSubscribers('app:opened')) // → true
  console.log(channels.unsubscribe('app:opened', hear)) // → true
}

/** The five channels that tell of a call: its start and end, asynchronous start and end, and error. */
export function tracingChannel () {
  const load = channels.tracingChannel('app:load')
  load.subscribe({ start: () => console.log('begins'), end: () => console.log('ends') })
  load.traceSync(() => console.log('loads')) // → begins
  // → loads
  // → ends
}
