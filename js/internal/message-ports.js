/**
 * Node's methods for the engine's message ports: `on('message', value => …)` beside `addEventListener`. Ports also come out of
 * messages, so the engine's own class gets them; nothing of it can be enumerated.
 */
const { MessagePort, BroadcastChannel } = globalThis

/** The engine's listener of each of the program's. @type {WeakMap<object, Map<string, Map<Function, (event: any) => void>>>} */
const wrapped = new WeakMap()

/** @param {any} port @param {string} name */
function listenersOf (port, name) {
  const all = wrapped.get(port) ?? new Map()
  wrapped.set(port, all)
  const found = all.get(name) ?? new Map()
  all.set(name, found)
  return found
}

/** @type {Record<string, (this: any, ...args: any[]) => any>} */
const methods = {
  on (name, listener) {
    const listeners = listenersOf(this, name)
    if (listeners.has(listener)) return this
    const call = (/** @type {any} */ event) => Reflect.apply(listener, this, name === 'message' || name === 'messageerror' ? [event.data] : [])
    listeners.set(listener, call)
    this.addEventListener(name, call)
    if (name === 'message') this.start?.()
    return this
  },
  once (name, listener) {
    const call = (/** @type {any[]} */ ...values) => {
      this.off(name, listener)
      Reflect.apply(listener, this, values)
    }
    this.on(name, call)
    const listeners = listenersOf(this, name)
    listeners.set(listener, listeners.get(call))
    return this
  },
  off (name, listener) {
    const listeners = listenersOf(this, name)
    const call = listeners.get(listener)
    if (call !== undefined) this.removeEventListener(name, call)
    for (const [key, value] of listeners) if (value === call) listeners.delete(key)
    return this
  },
  emit (name, value) {
    return this.dispatchEvent(name === 'message' ? new MessageEvent('message', { data: value }) : new Event(name))
  },
  listenerCount (name) { return new Set(listenersOf(this, name).values()).size },
  ref () { return this },
  unref () { return this },
  hasRef () { return false }
}
methods.addListener = methods.on
methods.removeListener = methods.off

/** @param {any} Class @param {string[]} names */
function add (Class, names) {
  if (typeof Class !== 'function') return
  for (const name of names) {
    if (!(name in Class.prototype)) Object.defineProperty(Class.prototype, name, { value: methods[name], writable: true, configurable: true, enumerable: false })
  }
}

add(MessagePort, Object.keys(methods))
add(BroadcastChannel, ['ref', 'unref'])
// Engines say nothing when a port closes; Node does, on both sides. Here the side that closes hears it.
if (typeof MessagePort === 'function' && methods.on === /** @type {any} */ (MessagePort.prototype).on) {
  const { close } = MessagePort.prototype
  MessagePort.prototype.close = {
    close () {
      Reflect.apply(close, this, [])
      // WebKit dispatches nothing at a port that is closed.
      queueMicrotask(() => { for (const call of new Set(listenersOf(this, 'close').values())) call(undefined) })
    }
  }.close
}

/** Messages that have come and nobody has taken. @type {WeakMap<object, any[]>} */
const inboxes = new WeakMap()

/**
 * Takes a message that has come to this realm. No engine lets a program reach into a port: messages are there after the next
 * turn of the event loop, not at once as in Node.
 *
 * @param {any} port
 * @returns {{ message: any } | undefined}
 */
export function receive (port) {
  let inbox = inboxes.get(port)
  if (inbox === undefined) {
    /** @type {any[]} */
    const list = inbox = []
    inboxes.set(port, list)
    port.addEventListener('message', (/** @type {any} */ event) => list.push(event.data))
    port.start?.()
  }
  return inbox.length === 0 ? undefined : { message: inbox.shift() }
}
