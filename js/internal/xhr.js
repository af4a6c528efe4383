/**
 * `[webview] xhr_concurrency`: how many requests of XMLHttpRequest may run at once. The others wait for their turn, in the
 * order in which they were sent. Part of the preload.
 */

/** @param {number} limit */
export function limitRequests (limit) {
  const { prototype } = globalThis.XMLHttpRequest
  const { open, send, abort } = prototype
  /** @type {{ request: XMLHttpRequest, body: any }[]} */
  const waiting = []
  /** Requests that make the page wait cannot wait themselves. @type {WeakSet<XMLHttpRequest>} */
  const synchronous = new WeakSet()
  let running = 0

  const next = () => {
    const one = running < limit ? waiting.shift() : undefined
    if (one !== undefined) start(one.request, one.body)
  }
  /** @param {XMLHttpRequest} request @param {any} body */
  const start = (request, body) => {
    const ended = () => {
      running--
      next()
    }
    request.addEventListener('loadend', ended, { once: true })
    running++
    try {
      Reflect.apply(send, request, [body])
    } catch (error) {
      request.removeEventListener('loadend', ended)
      running--
      throw error
    }
  }
  /** @param {XMLHttpRequest} request */
  const forget = (request) => {
    const at = waiting.findIndex((one) => one.request === request)
    if (at !== -1) waiting.splice(at, 1)
    return at !== -1
  }

  prototype.open = /** @type {any} */ ({
    /** @this {XMLHttpRequest} @param {any[]} args method, url, async, user, password */
    open (...args) {
      forget(this)
      const result = Reflect.apply(open, this, args)
      if (args.length > 2 && !args[2]) synchronous.add(this)
      else synchronous.delete(this)
      return result
    }
  }).open
  prototype.send = {
    /** @this {XMLHttpRequest} @param {any} [body] */
    send (body = undefined) {
      if (waiting.some(({ request }) => request === this)) throw new DOMException('The object is in an invalid state.', 'InvalidStateError')
      // What is wrong is said by the engine, at once.
      if (this.readyState !== 1 || synchronous.has(this)) return Reflect.apply(send, this, [body])
      if (running < limit) start(this, body)
      else waiting.push({ request: this, body })
    }
  }.send
  prototype.abort = {
    /** @this {XMLHttpRequest} */
    abort () {
      if (!forget(this)) return Reflect.apply(abort, this, [])
      // It never began, so that the engine has nothing to tell of.
      Reflect.apply(abort, this, [])
      this.dispatchEvent(new ProgressEvent('abort'))
      this.dispatchEvent(new ProgressEvent('loadend'))
    }
  }.abort
}
