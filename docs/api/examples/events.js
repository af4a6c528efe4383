import { AsyncLocalStorage } from 'socket:async_hooks'
import events from 'socket:events'

export const about = {
  EventEmitter: 'Who emits events by name, and who listens to them: Node\'s.',
  CustomEvent: 'The engine\'s class for events with a `detail`.',
  Event: 'The engine\'s class for events.',
  EventTarget: 'The engine\'s class for who takes events.',
  MessageEvent: 'The engine\'s class for events that carry data.',
  captureRejectionSymbol: 'The name of the method that hears of rejections of listeners.',
  defaultMaxListeners: 'How many listeners of one event are fine before a warning says that one may be forgotten.',
  errorMonitor: 'An event that is told of errors before `error` is.',
  EventName: 'What an event may be called.'
}

/** @for EventEmitter */
export function emitter () {
  const door = new events.EventEmitter()
  door.on('open', (who) => console.log(`opened by ${who}`))
  door.emit('open', 'Ada') // → opened by Ada
}

/** Calls back when a signal is aborted; gives back what takes the listener away. */
export function addAbortListener () {
  const controller = new AbortController()
  events.addAbortListener(controller.signal, () => console.log('aborted'))
  controller.abort() // → aborted
}

/** The listeners of an event, of an emitter or a target. */
export function getEventListeners () {
  const door = new events.EventEmitter().on('open', () => {})
  console.log(events.getEventListeners(door, 'open').length) // → 1
}

/** How many listeners are fine. */
export function getMaxListeners () {
  console.log(events.getMaxListeners(new events.EventEmitter())) // → 10
}

/** Says how many listeners are fine, for some or for all that are made from now on. */
export function setMaxListeners () {
  const door = new events.EventEmitter()
  events.setMaxListeners(20, door)
  console.log(door.getMaxListeners()) // → 20
}

/** How many listeners an event of an emitter has. */
export function listenerCount () {
  console.log(events.listenerCount(new events.EventEmitter(), 'open')) // → 0
}

/** The arguments of each event, for `for await`. */
export async function on () {
  const door = new events.EventEmitter()
  queueMicrotask(() => door.emit('open', 'Ada'))
  const opened = events.on(door, 'open')
  const { value } = await opened.next()
  console.log(value) // → [ 'Ada' ]
  await opened.return?.()
}

/** The arguments of the next event. */
export async function once () {
  const door = new events.EventEmitter()
  queueMicrotask(() => door.emit('open', 'Ada'))
  console.log(await events.once(door, 'open')) // → [ 'Ada' ]
}

/** An emitter of an asynchronous context: its listeners find the store that was there when it was made. @for EventEmitterAsyncResource */
export function ofContext () {
  const store = new AsyncLocalStorage()
  const queue = store.run('request 7', () => new events.EventEmitterAsyncResource({ name: 'Queue' }))
  queue.on('job', () => console.log(store.getStore()))
  queue.emit('job') // → request 7
}
