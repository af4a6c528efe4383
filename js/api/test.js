/**
 * Tests that report in TAP version 13, in a page as in Node.
 *
 * A test's function gets a `Test` with assertions; it has passed when all hold and it returned or resolved in time.
 */
import { assertions } from 'socket:internal/assertions'
import { inspect } from 'socket:internal/inspect'
import { stackOf } from 'socket:internal/stack'
import args from 'socket:internal/args'

/** @typedef {(t: Test) => void | Promise<void>} TestFn */

/** How long one test may take, in milliseconds; the environment variable SOCKET_TEST_TIMEOUT changes it. */
export function getDefaultTestRunnerTimeout () {
  const given = Number(args.env?.SOCKET_TEST_TIMEOUT)
  return Number.isFinite(given) && given > 0 ? given : 60_000
}

/** Wrong use of the test itself: told apart from what the tested code throws. */
class TestError extends Error {
  name = 'TestError'
}

class Base {
  /** @type {TestRunner} */
  runner
  name = ''
  /** Whether assertions need a message. */
  strict = false
  done = false
  /** @type {number | null} */
  #planned = null
  #actual = 0

  /** @param {string} name @param {TestFn} fn @param {TestRunner} runner */
  constructor (name, fn, runner) {
    this.name = name
    this.fn = fn
    this.runner = runner
    this.strict = runner.strict
  }

  /** How many assertions there will be. @param {number} count */
  plan (count) {
    if (!Number.isInteger(count) || count < 0) throw new TestError(`plan(${count}): the number of assertions must be a whole number`)
    this.#planned = count
  }

  /** @param {string} message */
  comment (message) {
    this.runner.report(String(message).replace(/^/gm, '# '))
  }

  /**
   * Records one result. The assertions are made of it, and others can be.
   * @param {boolean} passed
   * @param {unknown} actual
   * @param {unknown} expected
   * @param {string | undefined} message
   * @param {string} operator
   * @param {Error} [error]
   */
  assert (passed, actual, expected, message, operator, error = undefined) {
    if (this.strict && !message) throw new TestError(`${operator}() needs a message in strict mode`)
    this.#actual++
    if (this.done) {
      // TAP has no way to take a result back, so a late assertion fails the run.
      this.runner.result(false, `assertion after the end of "${this.name}": ${message ?? operator}`, { operator, expected: 'to be made before the test ends', actual: 'made after it' })
      return
    }
    this.runner.result(passed, message || operator, passed ? undefined : { operator, expected, actual, error: error ?? new Error(message || operator) })
  }

  async run () {
    this.runner.report(`# ${this.name}`)
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer
    const late = new Promise((resolve, reject) => {
      timer = setTimeout(() => reject(new TestError(`timed out after ${this.runner.timeout} ms`)), this.runner.timeout)
    })
    try {
      await Promise.race([(async () => this.fn(/** @type {any} */ (this)))(), late])
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(`thrown: ${String(thrown)}`)
      this.runner.result(false, `${this.name}: ${error.message}`, { operator: error instanceof TestError ? 'run' : 'throws', expected: 'no error', actual: thrown, error })
    } finally {
      clearTimeout(timer)
    }
    if (this.#planned !== null && this.#planned !== this.#actual) {
      this.runner.result(false, `${this.name}: planned ${this.#planned} assertions, made ${this.#actual}`, { operator: 'plan', expected: this.#planned, actual: this.#actual })
    }
    this.done = true
  }
}

/** @type {{ new (name: string, fn: TestFn, runner: TestRunner): Base & import('socket:internal/assertions').Assertions }} */
export const Test = assertions(/** @type {any} */ (Base))
/** @typedef {InstanceType<typeof Test>} Test */

export class TestRunner {
  /** @type {Test[]} */
  tests = []
  /** @type {Test[]} */
  onlyTests = []
  strict = false
  timeout = getDefaultTestRunnerTimeout()
  scheduled = false
  completed = false
  #count = 0
  #failed = 0
  /** @type {((result: { total: number, success: number, fail: number }) => void | null) | null} */
  #onFinish = null

  /** @param {(lines: string) => void} [report] what TAP lines go to */
  constructor (report = (lines) => console.log(lines)) {
    this.report = report
  }

  /** @param {string} name @param {TestFn} fn @param {boolean} [only] */
  add (name, fn, only = false) {
    if (typeof fn !== 'function') throw new TestError(`test "${name}" has no function`)
    if (this.completed) throw new TestError(`test "${name}" was added after all tests had ended`)
    const test = new Test(name, fn, this)
    this.tests.push(test)
    if (only) this.onlyTests.push(test)
    if (this.scheduled) return
    this.scheduled = true
    // After the module that adds tests has been run to its end.
    setTimeout(() => this.run(), 0)
  }

  /** Writes one result. @param {boolean} passed @param {string} message @param {Record<string, any>} [details] */
  result (passed, message, details) {
    if (!passed) this.#failed++
    this.report(`${passed ? '' : 'not '}ok ${++this.#count} ${message.replaceAll(/\s*\n\s*/g, ' ').replaceAll('#', '\\#')}`)
    if (details) this.report(diagnostics(details))
  }

  /** @param {string} name */
  skip (name) {
    if (!this.scheduled) {
      this.scheduled = true
      setTimeout(() => this.run(), 0)
    }
    this.skipped.push(name)
  }

  /** @type {string[]} */
  skipped = []

  /** Calls back with the counts instead of ending the app. @param {(result: { total: number, success: number, fail: number }) => void} callback */
  onFinish (callback) {
    if (typeof callback !== 'function') throw new TestError('onFinish() needs a function')
    this.#onFinish = callback
  }

  async run () {
    this.report('TAP version 13')
    // One after the other; a test may add further ones.
    for (let at = 0; at < this.tests.length; at++) {
      const test = this.tests[at]
      if (this.onlyTests.length === 0 || this.onlyTests.includes(test)) await test.run()
    }
    for (const name of this.skipped) this.report(`ok ${++this.#count} ${name.replaceAll('#', '\\#')} # SKIP`)
    if (this.#count === this.skipped.length) this.result(false, 'no assertion was made', { operator: 'run', expected: 'at least one assertion', actual: 0 })
    this.completed = true
    const [total, fail] = [this.#count, this.#failed]
    const success = total - fail - this.skipped.length
    this.report(`\n1..${total}\n# tests ${total}\n# pass ${success}\n# fail ${fail}${this.skipped.length > 0 ? `\n# skip ${this.skipped.length}` : ''}`)
    if (fail === 0) this.report('\n# ok')
    if (this.#onFinish) this.#onFinish({ total, success, fail })
    else await finish(fail === 0 ? 0 : 1)
  }
}

/** Ends the app when it was started to be tested; in Node the code is left for the end. @param {number} code */
async function finish (code) {
  if (args.test) {
    const { exit } = await import('socket:process')
    await exit(code)
  } else if (globalThis.process) {
    globalThis.process.exitCode = code
  }
}

/** The block of YAML that TAP allows under a failure. @param {Record<string, any>} details */
function diagnostics ({ operator, expected, actual, error }) {
  const block = (/** @type {unknown} */ value) => inspect(value, { depth: 8 }).replaceAll('\n', '\n      ')
  const lines = ['  ---', `    operator: ${operator}`, '    expected: |-', `      ${block(expected)}`, '    actual:   |-', `      ${block(actual)}`]
  if (error) lines.push('    stack:    |-', `      ${String(stackOf(error)).replaceAll('\n', '\n      ')}`)
  return [...lines, '  ...'].join('\n')
}

export const GLOBAL_TEST_RUNNER = new TestRunner()

/** @param {string} name @param {TestFn} [fn] */
export function test (name, fn) {
  if (!fn) return
  GLOBAL_TEST_RUNNER.add(name, fn)
}

/** Runs this test, and those also marked so, and no others. @param {string} name @param {TestFn} [fn] */
export function only (name, fn) {
  if (!fn) return
  GLOBAL_TEST_RUNNER.add(name, fn, true)
}

/** @param {string} name @param {TestFn} [_fn] */
export function skip (name, _fn) {
  GLOBAL_TEST_RUNNER.skip(name)
}

/** Whether each assertion needs a message. @param {boolean} strict */
export function setStrict (strict) {
  GLOBAL_TEST_RUNNER.strict = strict
}

test.only = only
test.skip = skip

export default test
