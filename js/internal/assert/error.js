/**
 * The AssertionError of `socket:assert`, as Node's.
 */
import { diff, inspectAll, isReference, shorten, TITLES } from 'socket:internal/assert/diff'
import { inspect } from 'socket:internal/inspect'
import { stackOf } from 'socket:internal/stack'
import { validateObject } from 'socket:internal/validators'

/**
 * @typedef {object} Options
 * @property {any} [message]
 * @property {unknown} [actual]
 * @property {unknown} [expected]
 * @property {string} [operator]
 * @property {Function} [stackStartFn] left out of the stack with all that it called
 * @property {Function} [stackStartFunction] the same, by its old name
 * @property {{ message: string, actual: unknown, expected: unknown, operator: string, stack: unknown }[]} [details]
 */

/** An error without its stack, which would differ each time. @param {any} error */
function withoutStack (error) {
  const copy = Object.assign(Object.create(Object.getPrototypeOf(error)), error)
  return Object.defineProperty(copy, 'message', { value: error.message })
}

/** @param {any} value */
const hasStack = (value) => isReference(value) && 'stack' in value && value instanceof Error

/** @param {string} text @param {number} limit */
const cut = (text, limit) => text.length > limit ? `${text.slice(0, limit - 3)}...` : text

/** @param {unknown} actual @param {unknown} expected @param {string} operator */
function sentence (actual, expected, operator) {
  if (operator === 'deepStrictEqual' || operator === 'strictEqual') return diff(actual, expected, operator)
  if (operator === 'notDeepStrictEqual' || operator === 'notStrictEqual') {
    const title = TITLES[operator === 'notStrictEqual' && isReference(actual) ? 'notStrictEqualObject' : operator]
    const lines = shorten(inspectAll(actual).split('\n'))
    return lines.length === 1 ? `${title}${lines[0].length > 5 ? '\n\n' : ' '}${lines[0]}` : `${title}\n\n${lines.join('\n')}\n`
  }
  const [one, two] = [inspectAll(actual), inspectAll(expected)]
  if (operator === 'notDeepEqual' && one === two) return cut(`${TITLES[operator]}\n\n${one}`, 1024)
  const [left, right] = [cut(one, 512), cut(two, 512)]
  if (operator === 'deepEqual') return `${TITLES.deepEqual}\n\n${left}\n\nshould loosely deep-equal\n\n${right}`
  if (operator === 'notDeepEqual') return `${TITLES.notDeepEqualUnequal}\n\n${left}\n\nshould not loosely deep-equal\n\n${right}`
  return `${left} ${operator} ${right}`
}

/** @param {Options} options */
function messageOf ({ message, actual, expected, operator }) {
  if (message === undefined || message === null) return sentence(actual, expected, /** @type {string} */ (operator))
  return operator === 'deepStrictEqual' || operator === 'strictEqual' ? diff(actual, expected, operator, message) : String(message)
}

/** Long text is not printed whole: its beginning, where Node takes the end by mistake. @param {unknown} value */
function brief (value) {
  if (typeof value !== 'string') return value
  const lines = value.split('\n', 11)
  if (lines.length > 10) return `${lines.slice(0, 10).join('\n')}\n...`
  return value.length > 512 ? `${value.slice(0, 512)}...` : value
}

export class AssertionError extends Error {
  /** @param {Options} options */
  constructor (options) {
    validateObject(options, 'options')
    if (options.message == null && hasStack(options.actual) && hasStack(options.expected)) {
      options = { ...options, actual: withoutStack(options.actual), expected: withoutStack(options.expected) }
    }
    super(messageOf(options))
    const { message, actual, expected, operator, details, stackStartFn, stackStartFunction } = options
    this.generatedMessage = !message
    Object.defineProperty(this, 'name', { value: 'AssertionError [ERR_ASSERTION]', enumerable: false, writable: true, configurable: true })
    this.code = 'ERR_ASSERTION'
    if (details) {
      /** @type {unknown} */ this.actual = undefined
      /** @type {unknown} */ this.expected = undefined
      /** @type {string | undefined} */ this.operator = undefined
      for (const [index, detail] of details.entries()) {
        Object.assign(this, {
          [`message ${index}`]: detail.message,
          [`actual ${index}`]: detail.actual,
          [`expected ${index}`]: detail.expected,
          [`operator ${index}`]: detail.operator,
          [`stack trace ${index}`]: detail.stack
        })
      }
    } else {
      this.actual = actual
      this.expected = expected
      this.operator = operator
    }
    const { captureStackTrace } = /** @type {any} */ (Error)
    if (typeof captureStackTrace === 'function') captureStackTrace(this, stackStartFn ?? stackStartFunction)
    // Where the stack is only text, it is made to begin with the error, as a program that prints it expects.
    const name = { value: 'AssertionError', enumerable: false, writable: true, configurable: true }
    if (String(this.stack).includes('AssertionError [ERR_ASSERTION]')) {
      Object.defineProperty(this, 'name', name)
    } else {
      Object.defineProperty(this, 'name', name)
      Object.defineProperty(this, 'stack', { value: stackOf(this), enumerable: false, writable: true, configurable: true })
    }
  }

  toString () {
    return `${this.name} [${this.code}]: ${this.message}`
  }

  /** @param {number} _depth @param {import('node:util').InspectOptions} context */
  [Symbol.for('nodejs.util.inspect.custom')] (_depth, context) {
    const { actual, expected } = this
    this.actual = brief(actual)
    this.expected = brief(expected)
    try {
      return inspect(this, { ...context, customInspect: false, depth: 0 })
    } finally {
      this.actual = actual
      this.expected = expected
    }
  }
}
