/**
 * Workers see what pages see: their scripts load the preload first, because `Worker` marks their addresses and native
 * code puts it in front of what it serves under a mark. Part of the preload: nothing here may import more than that.
 */
import { documentToken, forWorker } from 'socket:internal/document-token'
import { encodeFrame } from 'socket:internal/frame'

/** What the marks are: native code reads them in native/runtime/src/webview/spelling.rs. */
const MARK = /[?&]socket-(?:worker=(?:classic|module)|preload|main|module|script|commonjs)$/

/** Whether this is a worker. */
const inWorker = typeof (/** @type {any} */ (globalThis)).WorkerGlobalScope === 'function' && globalThis instanceof /** @type {any} */ (globalThis).WorkerGlobalScope

/**
 * Sends text to the terminal in order, as the route `console.write`: a worker has no other way to native code. Nothing
 * outside a worker.
 * @returns {((stream: 1 | 2, text: string) => void) | undefined}
 */
export function workerWriter () {
  if (!inWorker) return undefined
  const { fetch, XMLHttpRequest } = globalThis
  const realm = Array.from(crypto.getRandomValues(new Uint8Array(8)), byte => byte.toString(16).padStart(2, '0')).join('')
  const encoder = new TextEncoder()
  let number = 0
  let busy = false
  /** @type {[1 | 2, string][]} */
  const waiting = []

  /** The first of what waits, and all that goes the same way. */
  const take = () => {
    const [[stream]] = waiting
    const end = waiting.findIndex(([other]) => other !== stream)
    const text = waiting.splice(0, end === -1 ? waiting.length : end).map(([, text]) => text).join('')
    return { url: `ipc://console.write?seq=${realm}.${++number}&document=${documentToken()}`, body: encodeFrame(JSON.stringify({ stream }), encoder.encode(text)) }
  }
  const headers = { 'x-ipc-body': '1' }
  const send = async () => {
    busy = true
    while (waiting.length > 0) {
      const { url, body } = take()
      // A console never throws; the inspector has the text all the same.
      await fetch(url, { method: 'POST', headers, body }).catch(() => {})
    }
    busy = false
  }
  const scope = /** @type {any} */ (globalThis)
  if (typeof scope.close === 'function') {
    // Requests end with the worker: what still waits is written first.
    const { close } = scope
    scope.close = () => {
      try {
        while (waiting.length > 0) {
          const { url, body } = take()
          const request = new XMLHttpRequest()
          request.open('POST', url, false)
          request.setRequestHeader('x-ipc-body', '1')
          request.send(body)
        }
      } catch {
        // Policy refuses it.
      }
      Reflect.apply(close, scope, [])
    }
  }
  return (stream, text) => {
    waiting.push([stream, text])
    if (!busy) send()
  }
}

/** A worker does not show its mark. */
function hideMark () {
  const { WorkerLocation } = /** @type {any} */ (globalThis)
  if (typeof WorkerLocation !== 'function') return
  for (const name of ['href', 'search']) {
    const found = Object.getOwnPropertyDescriptor(WorkerLocation.prototype, name)
    if (!found?.get || !found.configurable) continue
    const { get } = found
    Object.defineProperty(WorkerLocation.prototype, name, {
      ...found,
      get () { return String(Reflect.apply(get, this, [])).replace(MARK, '') }
    })
  }
  Object.defineProperty(WorkerLocation.prototype, 'toString', { value () { return this.href }, writable: true, configurable: true, enumerable: true })
}

/**
 * Replaces `Worker` by one whose scripts get the preload.
 *
 * @param {(url: string) => void} notLoaded the script of a worker, or something that it imports, cannot be loaded
 * @returns {(event: ErrorEvent) => boolean} whether an error is that of a worker, which has reported it itself
 */
export function patchWorker (notLoaded) {
  if (inWorker) {
    hideMark()
    // Hides it, too.
    documentToken()
    patchImports()
  }
  patchSharedWorker()
  const Native = globalThis.Worker
  if (typeof Native !== 'function') return () => false
  const blobs = blobWorkers()

  /** @param {any} url @param {any} options */
  const marked = (url, options) => {
    // A policy of trusted types lets no text through: such a worker goes without.
    if (typeof url !== 'string' && !(url instanceof URL)) return url
    const kind = options?.type === 'module' ? 'module' : 'classic'
    let address
    try {
      address = new URL(url, typeof document === 'undefined' ? globalThis.location.href : document.baseURI)
    } catch {
      return url
    }
    if (address.protocol === 'blob:') return blobs(address.href, kind) ?? url
    if (address.protocol !== 'socket:') return url
    address.search += `${address.search === '' ? '?' : '&'}socket-worker=${kind}`
    return address.href
  }
  /** The last error of a worker, which the page is told of at once afterwards. */
  let own = ''
  const place = (/** @type {ErrorEvent} */ event) => JSON.stringify([event.message, event.filename, event.lineno, event.colno])
  const Marked = class Worker extends Native {
    /** @param {string | URL} url @param {WorkerOptions} [options] */
    constructor (url, options) {
      const address = marked(url, options)
      if (arguments.length === 0) super(.../** @type {[any]} */ (/** @type {unknown} */ ([])))
      else super(address, forWorker(options))
      this.addEventListener('error', (event) => {
        // A worker whose script cannot be loaded has nothing to say so with.
        if (!(event instanceof ErrorEvent)) notLoaded(String(url))
        else if (address !== url) own = place(event)
      })
    }
  }
  globalThis.Worker = Marked
  return (event) => MARK.test(event.filename) || ((event.error === null || event.error === undefined) && place(event) === own)
}

/**
 * What workers load is spelled out as pages have it from their import map: native code does so with what a script says, and
 * lets its calls of `import()` come here.
 */
function patchImports () {
  const scope = /** @type {any} */ (globalThis)
  const list = Symbol.for('socket.names')
  const names = new Set(String(scope[list] ?? '').split(' '))
  delete scope[list]
  const origin = String(scope.location?.origin)
  /** @param {string} specifier @param {string} base @param {string} mark */
  const resolve = (specifier, base, mark) => {
    if (names.has(specifier) && mark === 'socket-module') return `socket:${specifier}`
    if (mark === 'socket-module' && !/^(?:\.{0,2}\/|socket:\/\/)/.test(specifier)) return specifier
    let address
    try {
      address = new URL(specifier, base)
    } catch {
      return specifier
    }
    if (address.protocol === 'socket:' && `${address.protocol}//${address.host}` === origin && !MARK.test(address.search)) {
      address.search += `${address.search === '' ? '?' : '&'}${mark}`
    }
    return address.href
  }
  Object.defineProperty(scope, Symbol.for('socket.import'), {
    value: (/** @type {string} */ base) => async (/** @type {unknown} */ specifier, /** @type {any} */ options) => {
      const address = resolve(`${specifier}`, base, 'socket-module')
      if (options === undefined) return import(address)
      // Older engines take a second argument for an error of syntax.
      const { importWith } = await import('socket:internal/import-with')
      return importWith(address, options)
    }
  })
  if (typeof scope.importScripts !== 'function') return
  const { importScripts } = scope
  scope.importScripts = {
    importScripts (/** @type {unknown[]} */ ...urls) {
      return Reflect.apply(importScripts, scope, urls.map((url) => typeof url === 'string' || url instanceof URL ? resolve(String(url), scope.location.href, 'socket-script') : url))
    }
  }.importScripts
}

/** WebKit's shared workers cannot load anything of the app's scheme: said at once, instead of by an error event without words. */
function patchSharedWorker () {
  const Native = globalThis.SharedWorker
  if (typeof Native !== 'function') return
  globalThis.SharedWorker = class SharedWorker extends Native {
    /** @param {string | URL} url @param {any} [options] */
    constructor (url, options) {
      if (URL.canParse?.(url, globalThis.location.href) && new URL(url, globalThis.location.href).protocol === 'socket:') {
        throw new DOMException('Shared workers cannot load scripts of an app: use a Worker, and a BroadcastChannel between pages', 'NotSupportedError')
      }
      super(url, options)
    }
  }
}

/** Scripts that are blobs get the preload by a blob around them. */
function blobWorkers () {
  const { createObjectURL, revokeObjectURL } = URL
  /** @type {Map<string, { blob: Blob, around: Map<string, string> }>} */
  const known = new Map()
  URL.createObjectURL = (object) => {
    const url = Reflect.apply(createObjectURL, URL, [object])
    if (object instanceof Blob && /^$|javascript|ecmascript/i.test(object.type)) known.set(url, { blob: object, around: new Map() })
    return url
  }
  URL.revokeObjectURL = (url) => {
    for (const other of known.get(String(url))?.around.values() ?? []) Reflect.apply(revokeObjectURL, URL, [other])
    known.delete(String(url))
    Reflect.apply(revokeObjectURL, URL, [url])
  }
  return (/** @type {string} */ url, /** @type {string} */ kind) => {
    const found = known.get(url)
    if (found === undefined) return undefined
    const load = kind === 'module'
      ? 'import("socket:internal/preload").catch(()=>{});'
      : 'try{importScripts("socket:internal/preload")}catch{};'
    const around = found.around.get(kind) ?? Reflect.apply(createObjectURL, URL, [new Blob([load, found.blob], { type: 'text/javascript' })])
    found.around.set(kind, around)
    return around
  }
}
