import { getDefaultTestRunnerTimeout, TestRunner, only, setStrict, skip, test } from 'socket:test'

export const about = {
  Test: 'What the function of a test gets: assertions, `plan` and `comment`.',
  TestRunner: 'Runs tests one after the other, and writes TAP.',
  GLOBAL_TEST_RUNNER: 'The one that `test` adds to.',
  TestFn: 'The function of a test.'
}

/** @for TestRunner */
export async function runner () {
  const runner = new TestRunner((line) => { if (line.startsWith('ok')) console.log(line) })
  runner.add('sums', (t) => t.equal(1 + 1, 2, 'one and one'))
  await new Promise((resolve) => {
    runner.onFinish(resolve)
    runner.run() // → ok 1 one and one
  })
}

/**
 * Adds a test to those of the page: `test` runs it, `only` runs it and no others, `skip` does not. They begin when the
 * page has loaded; what they find goes to standard output as TAP.
 *
 * @for test only skip setStrict
 */
export function tests () {
  const add = () => {
    setStrict(true)
    test('sums', (t) => t.equal(1 + 1, 2, 'one and one'))
    only('this one alone', (t) => t.ok(true, 'runs'))
    skip('not now', () => {})
  }
  console.log(typeof add) // → function
}

/**
 * How long a test may take, in milliseconds.
 * @for getDefaultTestRunnerTimeout
 */
export function timeout () {
  console.log(getDefaultTestRunnerTimeout()) // → 60000
}
