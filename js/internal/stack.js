/**
 * Stacks of JavaScriptCore in V8's form, which is what people and tools expect: the name and message first, then `at`.
 */

/** `name@url:line:column`, where name and place may be missing. @param {string} line */
function frame (line) {
  const at = line.lastIndexOf('@')
  const name = at > 0 ? line.slice(0, at) : ''
  const place = at >= 0 ? line.slice(at + 1) : line
  if (name === '' || name === 'module code' || name === 'global code') return `    at ${place || name}`
  return `    at ${name}${place && place !== '[native code]' ? ` (${place})` : ' (native)'}`
}

/**
 * @param {Error} error
 * @returns {string}
 */
export function stackOf (error) {
  const stack = typeof error.stack === 'string' ? error.stack : ''
  const title = error.message === '' || error.message === undefined ? String(error.name) : `${error.name}: ${error.message}`
  // V8's, or one that somebody wrote: it says the error's name itself.
  if (/^\s*at /m.test(stack) || stack.includes(title)) return stack
  const code = /** @type {any} */ (error).code
  // Node's own errors carry their code in the title.
  const head = typeof code === 'string' && code.startsWith('ERR_') ? title.replace(String(error.name), `${error.name} [${code}]`) : title
  const frames = stack.split('\n').filter((line) => line !== '' && line !== '@').map(frame)
  return [head, ...frames].join('\n')
}

/**
 * Rewrites the stack of an error before it is printed, in engines whose stacks do not begin with the error.
 * The formatter asks every value for this method and goes on with the value itself when that is returned.
 * @param {symbol} method
 */
export function readableStack (method) {
  if (String(new Error('title').stack).includes('title')) return
  // eslint-disable-next-line no-extend-native
  Object.defineProperty(Error.prototype, method, {
    configurable: true,
    enumerable: false,
    writable: true,
    /** @this {Error} */
    value: function () {
      const own = Object.getOwnPropertyDescriptor(this, 'stack')
      if (own?.configurable !== false) {
        try {
          Object.defineProperty(this, 'stack', { value: stackOf(this), writable: true, configurable: true, enumerable: false })
        } catch {
          // A frozen error prints as the engine has it.
        }
      }
      return this
    }
  })
}
