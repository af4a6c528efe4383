import util from 'socket:util'

export const about = {
  TextDecoder: 'The engine\'s class that decodes bytes to text.',
  TextEncoder: 'The engine\'s class that encodes text as UTF-8.',
  types: 'Questions about what a value is: see `socket:util/types`.',
  IllegalConstructor: 'What a class that only the library may instantiate extends.'
}

/** Copies properties onto an object. Deprecated: use `Object.assign`. */
export function _extend () {
  console.log(util._extend({ a: 1 }, { b: 2 })) // → { a: 1, b: 2 }
}

/** Resolves when a signal is aborted. */
export async function aborted () {
  const controller = new AbortController()
  const done = util.aborted(controller.signal, {})
  controller.abort()
  await done
  console.log(controller.signal.aborted) // → true
}

/** Makes a function that takes a callback from one that returns a promise. */
export async function callbackify () {
  const double = util.callbackify(async (/** @type {number} */ n) => n * 2)
  await new Promise((resolve) => double(21, (/** @type {Error | null} */ error, /** @type {number} */ result) => {
    console.log(error, result) // → null 42
    resolve(undefined)
  }))
}

/** A number, or the nearer end of a range. */
export function clamp () {
  console.log(util.clamp(12, 0, 10), util.clamp(-1, 0, 10)) // → 10 0
}

/** The order of two byte arrays: -1, 0 or 1. */
export function compareBuffers () {
  console.log(util.compareBuffers(new Uint8Array([1]), new Uint8Array([2]))) // → -1
}

/**
 * A function that prints to standard error when the environment variable `NODE_DEBUG` names its section.
 * @for debug debuglog
 */
export function debuglog () {
  const log = util.debuglog('store')
  log('opened %s', 'a file')
  console.log(typeof log, util.debug === util.debuglog) // → function true
}

/** The same function, which warns at its first call that it is deprecated. */
export function deprecate () {
  const old = util.deprecate((/** @type {number} */ n) => n + 1, 'old() is deprecated', 'DEP_EXAMPLE')
  console.log(typeof old) // → function
}

/** A text from a pattern: `%s` text, `%d` number, `%j` JSON, `%o` object, `%%` percent. */
export function format () {
  console.log(util.format('%s has %d files', 'src', 3)) // → src has 3 files
}

/** As `format`, with the options of `inspect`. */
export function formatWithOptions () {
  console.log(util.formatWithOptions({ compact: true }, '%o', [1])) // → [ 1, [length]: 1 ]
}

/** Errors of the system: name and text by number. */
export function getSystemErrorMap () {
  console.log(util.getSystemErrorMap().get(-2)) // → [ 'ENOENT', 'no such file or directory' ]
}

/** The name of an error of the system, by its number. */
export function getSystemErrorName () {
  console.log(util.getSystemErrorName(-2)) // → ENOENT
}

/** Whether an object itself has a property. */
export function hasOwnProperty () {
  const { hasOwnProperty } = util
  console.log(hasOwnProperty({ a: 1 }, 'a')) // → true
}

/** Lets one function's instances have what another's have. Deprecated: use `class … extends`. */
export function inherits () {
  function Animal () {}
  function Dog () {}
  util.inherits(Dog, Animal)
  // @ts-expect-error: a function as a class
  console.log(new Dog() instanceof Animal) // → true
}

/** A value as text for people: `depth`, `colors`, `compact`, `breakLength`, `showHidden` and more as options. */
export function inspect () {
  console.log(util.inspect({ a: [1, { b: 2 }] }, { depth: 1 })) // → { a: [ 1, [Object] ] }
}

/** A promise that whoever holds it can settle. */
export async function InvertedPromise () {
  const promise = util.InvertedPromise()
  promise.resolve('done')
  console.log(await promise) // → done
}

/**
 * Whether a value is of a kind. Most of them are Node's, and deprecated there in favour of `typeof`, `instanceof` and
 * `socket:util/types`.
 * @for isArgumentsObject isArray isArrayBuffer isArrayBufferView isArrayLike isAsyncFunction isBoolean isBuffer
 *   isBufferLike isClass isDate isEmptyObject isError isErrorLike isFunction isNull isNullOrUndefined isNumber isObject
 *   isPlainObject isPrimitive isPromiseLike isRegExp isString isSymbol isTypedArray isUndefined
 */
export function kinds () {
  console.log(util.isArray([]), util.isBoolean(true), util.isDate(new Date()), util.isError(new Error('no'))) // → true true true true
  console.log(util.isFunction(() => {}), util.isNull(null), util.isNullOrUndefined(undefined), util.isNumber(1)) // → true true true true
  console.log(util.isObject({}), util.isPrimitive('a'), util.isRegExp(/a/), util.isString('a')) // → true true true true
  console.log(util.isSymbol(Symbol('a')), util.isUndefined(undefined), util.isAsyncFunction(async () => {})) // → true true true
  const bytes = new Uint8Array(1)
  console.log(util.isArrayBuffer(bytes.buffer), util.isArrayBufferView(bytes), util.isTypedArray(bytes)) // → true true true
  console.log(util.isBuffer(bytes), util.isBufferLike(bytes), util.isArrayLike({ length: 1 })) // → false true true
  console.log(util.isClass(class {}), util.isEmptyObject({}), util.isPlainObject(new Map())) // → true true false
  console.log(util.isErrorLike({ name: 'Error', message: '' }), util.isPromiseLike({ then () {} })) // → true true
  console.log((function () { return util.isArgumentsObject(arguments) })()) // → true
}

/** Whether two values are equal in depth, as `assert.deepStrictEqual` sees it. */
export function isDeepStrictEqual () {
  console.log(util.isDeepStrictEqual({ a: [1] }, { a: [1] })) // → true
}

/** Whether a text is a percentage from 0% to 100%. */
export function isValidPercentageValue () {
  console.log(util.isValidPercentageValue('50%'), util.isValidPercentageValue('150%')) // → true false
}

/** Prints with the time before it. Deprecated: use `console.log`. */
export function log () {
  console.log(typeof util.log) // → function
}

/** Does nothing. */
export function noop () {
  console.log(util.noop()) // → undefined
}

/** Options and words from the arguments of a program. */
export function parseArgs () {
  const { values, positionals } = util.parseArgs({
    args: ['--name', 'Ada', 'open'],
    options: { name: { type: 'string' } },
    allowPositionals: true
  })
  console.log(values.name, positionals) // → Ada [ 'open' ]
}

/** The text of a `.env` file as an object. */
export function parseEnv () {
  console.log(util.parseEnv('NAME="Ada L."\n# a comment\nAGE=36')) // → { NAME: 'Ada L.', AGE: '36' }
}

/** Lines of `name: value`, as pairs. */
export function parseHeaders () {
  console.log(util.parseHeaders('Content-Type: text/html')) // → [ [ 'content-type', 'text/html' ] ]
}

/** A value from JSON, or null. */
export function parseJSON () {
  console.log(util.parseJSON('{"a":1}'), util.parseJSON('{')) // → { a: 1 } null
}

/** Makes a function that returns a promise from one that takes a callback. */
export async function promisify () {
  const later = util.promisify((/** @type {string} */ text, /** @type {Function} */ done) => queueMicrotask(() => done(null, text)))
  console.log(await later('done')) // → done
}

/** Cuts bytes into pieces of a length. */
export function splitBuffer () {
  console.log(util.splitBuffer(new Uint8Array(5), 2).map((piece) => piece.length)) // → [ 2, 2, 1 ]
}

/** Text without the sequences that colour it on a terminal. */
export function stripVTControlCharacters () {
  console.log(util.stripVTControlCharacters('\u001b[31mred\u001b[39m')) // → red
}

/** Text with the sequences that colour it on a terminal. */
export function styleText () {
  console.log(JSON.stringify(util.styleText('red', 'no'))) // → "\u001b[31mno\u001b[39m"
}

/** A Buffer of bytes, text or an array. */
export function toBuffer () {
  console.log(util.toBuffer('é').length) // → 2
}

/** Text with its first letter in upper case. */
export function toProperCase () {
  console.log(util.toProperCase('hello')) // → Hello
}

/** What `Object.prototype.toString` says of a value. */
export function toString () {
  console.log(util.toString([])) // → [object Array]
}

/** Text as it can be encoded: half characters become U+FFFD. */
export function toUSVString () {
  console.log(util.toUSVString('a\ud800').codePointAt(1)?.toString(16)) // → fffd
}
