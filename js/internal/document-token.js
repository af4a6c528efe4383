/**
 * Which of the app's pages this realm belongs to. Native code puts 128 random bits into the text of each page that a
 * window or a frame navigates to, and takes calls only from those who can say them. Workers are told by `Worker`.
 */

/** How a worker is told, at the end of its name. */
const MARK = ' socket-document='

let token = ''

/** Hexadecimal; empty where there is none: in documents that the app did not serve. */
export function documentToken () {
  if (token === '') token = find()
  return token
}

/** @returns {string} */
function find () {
  if (typeof document !== 'undefined') {
    return document.querySelector('meta[name="socket-document"]')?.getAttribute('content') ?? ''
  }
  const scope = /** @type {any} */ (globalThis)
  const kept = scope[Symbol.for('socket.document')]
  if (typeof kept === 'string') return kept
  const name = String(scope.name)
  const at = name.lastIndexOf(MARK)
  if (at === -1) return ''
  const found = name.slice(at + MARK.length)
  // The worker sees its own name; others of our modules look here.
  Object.defineProperty(scope, Symbol.for('socket.document'), { value: found })
  Object.defineProperty(scope, 'name', { value: name.slice(0, at), configurable: true, enumerable: true, writable: true })
  return found
}

/**
 * Options for a worker that belongs to the same page.
 *
 * @param {any} options
 */
export function forWorker (options) {
  const own = documentToken()
  return own === '' ? options : { ...options, name: `${options?.name ?? ''}${MARK}${own}` }
}
