import { test, TestRunner } from 'socket:test'

/** @typedef {import('socket:test').Test} Test */

/** Runs tests in a runner of their own and gives what it wrote. @param {(runner: TestRunner) => void} add */
function run (add) {
  /** @type {string[]} */
  const lines = []
  const runner = new TestRunner((text) => { lines.push(...text.split('\n')) })
  return new Promise((resolve) => {
    runner.onFinish((counts) => resolve({ ...counts, text: lines.join('\n') }))
    add(runner)
    if (!runner.scheduled) runner.run()
  })
}

test('test: passing assertions', async (t) => {
  const { total, success, fail, text } = await run((runner) => runner.add('all', async (t) => {
    t.plan(11)
    t.equal(NaN, NaN, 'equal')
    t.notEqual(1, '1', 'not equal')
    t.deepEqual({ a: [1, new Map([[1, 2]])] }, { a: [1, new Map([[1, 2]])] }, 'deep')
    t.notDeepEqual([1], [2], 'not deep')
    t.ok(1, 'ok')
    t.ifError(null)
    t.throws(() => { throw new Error('boom') }, /boom/, 'throws')
    await t.rejects(async () => { throw new TypeError('late') }, TypeError, 'rejects')
    t.match('abc', /b/, 'match')
    t.pass('pass')
    t.notOk(0, 'has a # in it')
  }))
  t.deepEqual([total, success, fail], [11, 11, 0], 'counts')
  t.match(text, /^TAP version 13\n# all\nok 1 equal\n/, 'begins as TAP does')
  t.match(text, /\n1\.\.11\n# tests 11\n# pass 11\n# fail 0\n\n# ok$/, 'ends with the plan and the counts')
  t.ok(text.includes('ok 11 has a \\# in it'), 'escapes what TAP reads as a directive')
})

test('test: failing assertions', async (t) => {
  const failing = {
    equal: (/** @type {Test} */ t) => t.equal(1, 2),
    notEqual: (/** @type {Test} */ t) => t.notEqual(1, 1),
    deepEqual: (/** @type {Test} */ t) => t.deepEqual({ a: 1 }, { a: 2 }),
    notDeepEqual: (/** @type {Test} */ t) => t.notDeepEqual([], []),
    ok: (/** @type {Test} */ t) => t.ok(0),
    fail: (/** @type {Test} */ t) => t.fail('failed'),
    ifError: (/** @type {Test} */ t) => t.ifError(new Error('x')),
    throws: (/** @type {Test} */ t) => { t.throws(() => {}) },
    pattern: (/** @type {Test} */ t) => { t.throws(() => { throw new Error('a') }, /b/) },
    rejects: async (/** @type {Test} */ t) => { await t.rejects(async () => {}) },
    match: (/** @type {Test} */ t) => t.match('a', /b/),
    plan: (/** @type {Test} */ t) => { t.plan(2); t.pass() },
    thrown: () => { throw new Error('out of the test') },
    rejected: async () => { throw new Error('out of the test') },
    value: () => { throw 5 } // eslint-disable-line no-throw-literal
  }
  for (const [name, fn] of Object.entries(failing)) {
    const { fail, text } = await run((runner) => runner.add(name, fn))
    t.equal(fail, 1, `${name} fails`)
    t.ok(/^not ok \d+ /m.test(text) && text.includes('\n  ---\n') && text.includes('\n  ...\n') && !text.endsWith('# ok'), `${name} says so`)
  }
})

test('test: a run that shows nothing fails', async (t) => {
  t.equal((await run(() => {})).fail, 1, 'no tests')
  t.equal((await run((runner) => runner.add('empty', () => {}))).fail, 1, 'no assertions')
})

test('test: timeout, strict, only, skip, nested', async (t) => {
  const slow = await run((runner) => {
    runner.timeout = 5
    runner.add('slow', () => new Promise(() => {}))
  })
  t.ok(slow.fail === 1 && slow.text.includes('timed out after 5 ms'), 'a test that does not end')
  const strict = await run((runner) => {
    runner.strict = true
    runner.add('strict', (t) => t.ok(true))
  })
  t.ok(strict.fail === 1 && strict.text.includes('needs a message'), 'strict')
  const only = await run((runner) => {
    runner.add('one', (t) => t.fail())
    runner.add('two', (t) => t.pass(), true)
  })
  t.deepEqual([only.total, only.fail], [1, 0], 'only')
  const skipped = await run((runner) => {
    runner.skip('later')
    runner.add('now', (t) => t.pass())
  })
  t.deepEqual([skipped.total, skipped.success, skipped.fail], [2, 1, 0], 'skipped ones are counted apart')
  t.ok(skipped.text.includes('later # SKIP') && skipped.text.includes('# skip 1'), 'and named')
  const order = await run((runner) => {
    runner.add('one', (t) => { t.pass('1'); runner.add('three', (t) => t.pass('3')) })
    runner.add('two', async (t) => { await null; t.pass('2') })
  })
  t.match(order.text, /ok 1 1\n# two\nok 2 2\n# three\nok 3 3/, 'one after the other')
})
