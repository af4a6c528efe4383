/**
 * What apps expect of the global scope and this engine lacks. Part of the preload: small, and nothing of it runs
 * before it is used.
 */
import { ApplicationURLEvent } from 'socket:internal/application-url-event'
import { Notification } from 'socket:internal/notification/class'
import { limitRequests } from 'socket:internal/xhr'

/** @param {object} target @param {PropertyKey} name @param {unknown} value */
const add = (target, name, value) => {
  if (!(name in target)) Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false })
}

/** `for await (const part of stream)` and `ReadableStream.from`, as the standard says. */
function patchStreams () {
  const { ReadableStream } = globalThis
  if (typeof ReadableStream !== 'function') return
  const AsyncIterator = Object.getPrototypeOf(Object.getPrototypeOf(async function * () {}).prototype)
  /** @this {ReadableStream<any>} @param {{ preventCancel?: boolean }} [options] */
  function values ({ preventCancel = false } = {}) {
    const reader = this.getReader()
    /** @type {Promise<any>} */
    let last = Promise.resolve()
    let ended = false
    const after = (/** @type {() => any} */ work) => (last = last.then(work, work))
    return Object.assign(Object.create(AsyncIterator), {
      next: () => after(async () => {
        if (ended) return { value: undefined, done: true }
        try {
          const { value, done } = await reader.read()
          if (done) {
            ended = true
            reader.releaseLock()
          }
          return { value, done }
        } catch (error) {
          ended = true
          reader.releaseLock()
          throw error
        }
      }),
      return: (/** @type {any} */ value) => after(async () => {
        if (!ended) {
          ended = true
          const cancelled = preventCancel ? undefined : reader.cancel(value)
          reader.releaseLock()
          await cancelled
        }
        return { value, done: true }
      })
    })
  }
  add(ReadableStream.prototype, 'values', values)
  add(ReadableStream.prototype, Symbol.asyncIterator, values)
  add(ReadableStream, 'from', (/** @type {any} */ iterable) => {
    const iterator = iterable?.[Symbol.asyncIterator]?.() ?? iterable?.[Symbol.iterator]?.()
    if (iterator === null || typeof iterator !== 'object') throw new TypeError('ReadableStream.from needs an iterable or an async iterable')
    return new ReadableStream({
      async pull (controller) {
        const { value, done } = await iterator.next()
        if (done) controller.close()
        else controller.enqueue(await value)
      },
      async cancel (reason) {
        await iterator.return?.(reason)
      }
    }, { highWaterMark: 0 })
  })
}

/** `WebAssembly.*Streaming` of answers that do not say `application/wasm`. */
function patchWebAssembly () {
  const { WebAssembly, Response } = globalThis
  if (typeof WebAssembly !== 'object') return
  for (const [streaming, whole] of /** @type {const} */ ([['compileStreaming', 'compile'], ['instantiateStreaming', 'instantiate']])) {
    const native = /** @type {any} */ (WebAssembly)[streaming]
    Object.defineProperty(WebAssembly, streaming, {
      value: {
        async [streaming] (/** @type {Response | Promise<Response>} */ source, /** @type {any[]} */ ...rest) {
          const response = await source
          const typed = !(response instanceof Response) || /^application\/wasm$/i.test(response.headers.get('content-type') ?? '')
          if (typed && typeof native === 'function') return Reflect.apply(native, WebAssembly, [response, ...rest])
          if (!response.ok) throw new TypeError(`${response.url} answered ${response.status}`)
          return /** @type {any} */ (WebAssembly)[whole](await response.arrayBuffer(), ...rest)
        }
      }[streaming],
      writable: true,
      configurable: true,
      enumerable: true
    })
  }
}

/** An error in a microtask is also an event of its own, `queuemicrotaskerror`. */
function patchMicrotasks () {
  const { queueMicrotask } = globalThis
  globalThis.queueMicrotask = {
    queueMicrotask (/** @type {() => void} */ task) {
      if (typeof task !== 'function') return queueMicrotask(task)
      queueMicrotask(() => {
        try {
          task()
        } catch (error) {
          globalThis.dispatchEvent(new ErrorEvent('queuemicrotaskerror', { error, message: String(/** @type {any} */ (error)?.message ?? error) }))
          throw error
        }
      })
    }
  }.queueMicrotask
}

/** @param {PropertyKey} name @param {unknown} value */
const replace = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false })

/** Whether a value is of a class of `socket:fs/web`, which is loaded when it is used. @param {any} value @param {string} name */
function isA (value, name) {
  for (let prototype = value !== null && typeof value === 'object' ? Object.getPrototypeOf(value) : null; prototype !== null; prototype = Object.getPrototypeOf(prototype)) {
    if (Object.hasOwn(prototype, Symbol.toStringTag) && prototype[Symbol.toStringTag] === name) return true
  }
  return false
}

/** Keys of socket.ini that refuse what `navigator.permissions` knows under a name. */
const DENIED = {
  geolocation: ['permissions_allow_geolocation'],
  notifications: ['permissions_allow_notifications'],
  push: ['permissions_allow_notifications', 'permissions_allow_push_notifications'],
  camera: ['permissions_allow_camera', 'permissions_allow_user_media'],
  microphone: ['permissions_allow_microphone', 'permissions_allow_user_media']
}

/** What the system is asked for: the modules behind it are loaded when it is. */
function patchDevices () {
  replace('Notification', Notification)
  if (typeof document !== 'undefined') {
    replace('ApplicationURLEvent', ApplicationURLEvent)
    // What native code calls when the app is opened with links, and when it is started again.
    Object.defineProperty(globalThis, Symbol.for('socket.links'), {
      value: (/** @type {string[]} */ links) => { for (const url of links) globalThis.dispatchEvent(new ApplicationURLEvent('applicationurl', { url })) }
    })
    // Whether the window may be closed: people ask, and a page with unsaved work says no.
    Object.defineProperty(globalThis, Symbol.for('socket.closing'), {
      value: () => globalThis.dispatchEvent(new Event('windowclosing', { cancelable: true }))
    })
    Object.defineProperty(globalThis, Symbol.for('socket.started'), {
      value: (/** @type {{ argv: string[], cwd: string }} */ detail) => { globalThis.dispatchEvent(new CustomEvent('applicationstart', { detail })) }
    })
    for (const name of ['showOpenFilePicker', 'showSaveFilePicker', 'showDirectoryPicker']) {
      replace(name, { [name]: async (/** @type {any[]} */ ...options) => (/** @type {any} */ (await import('socket:fs/web')))[name](...options) }[name])
    }
    Object.defineProperty(globalThis, Symbol.for('socket.drop'), {
      // A page that may not import modules gets no files.
      value: () => { import('socket:internal/web-files/drop').then(({ dropped }) => dropped()).catch(() => {}) }
    })
  }
  for (const name of ['FileSystemHandle', 'FileSystemFileHandle', 'FileSystemDirectoryHandle', 'FileSystemWritableFileStream']) {
    if (name in globalThis) continue
    // The class is known once something of it is: until then nothing can be one.
    replace(name, class { static [Symbol.hasInstance] (/** @type {any} */ value) { return isA(value, name) } })
    Object.defineProperty(/** @type {any} */ (globalThis)[name], 'name', { value: name })
  }
  const { permissions } = globalThis.navigator ?? {}
  if (permissions === undefined) return
  const prototype = Object.getPrototypeOf(permissions)
  const { query } = prototype
  /** @type {(name: unknown) => boolean} */
  const denied = (name) => DENIED[/** @type {keyof typeof DENIED} */ (name)]?.some((key) => config[key] === false) ?? false
  const config = /** @type {any} */ (globalThis).__args?.config ?? {}
  prototype.query = {
    async query (/** @type {any} */ descriptor) {
      const status = await Reflect.apply(query, this, [descriptor])
      // WebKit says `prompt` of what is refused without a question.
      return denied(descriptor?.name) ? Object.defineProperty(status, 'state', { value: 'denied', configurable: true }) : status
    }
  }.query
  add(prototype, 'request', async (/** @type {any} */ descriptor) => {
    const { requestPermission } = await import('socket:internal/permissions')
    return await requestPermission(descriptor)
  })
}

/**
 * Engines let a page that is on no screen wait for a camera until it is, which a headless one never is: it is told at once.
 * Overwritten in the prototype, so that what an app keeps of it is this one.
 */
function patchMedia () {
  const { mediaDevices } = globalThis.navigator ?? {}
  if ((/** @type {any} */ (globalThis)).__args?.headless !== true || mediaDevices === undefined) return
  const prototype = Object.getPrototypeOf(mediaDevices)
  for (const name of ['getUserMedia', 'getDisplayMedia']) {
    if (typeof prototype[name] !== 'function') continue
    prototype[name] = {
      async [name] () { throw new DOMException(`${name}: this app is headless, and engines give cameras, microphones and screens to pages that can be seen`, 'NotAllowedError') }
    }[name]
  }
}

export function patchGlobals () {
  patchMedia()
  patchDevices()
  const concurrency = Number(/** @type {any} */ (globalThis).__args?.config?.webview_xhr_concurrency)
  if (concurrency > 0 && typeof globalThis.XMLHttpRequest === 'function') limitRequests(concurrency)
  // Where the engine has it, it is under the name of WebKit alone.
  const { webkitSpeechRecognition } = /** @type {any} */ (globalThis)
  if (webkitSpeechRecognition !== undefined) add(globalThis, 'SpeechRecognition', webkitSpeechRecognition)
  patchStreams()
  patchWebAssembly()
  patchMicrotasks()
}
