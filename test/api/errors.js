import * as errors from 'socket:errors'
import { test } from 'socket:test'

test('errors: classes', (t) => {
  for (const [name, Class] of Object.entries(errors)) {
    if (!/Error$/.test(name)) continue
    const error = new /** @type {any} */ (Class)('why')
    t.ok(error instanceof Error, `${name} is an Error`)
    t.deepEqual([error.name, error.message], [name, 'why'], `${name} has its name and message`)
    t.match(String(error), new RegExp(`^${name}: why$`), `${name} reads well`)
  }
  t.equal(new errors.TimeoutError('x').code, errors.TIMEOUT_ERR, 'codes')
  t.equal(new errors.AbortError(AbortSignal.abort(new Error('because'))).message, 'because', 'the reason of a signal')
  t.equal(new errors.InternalError('x', 5).code, 5, 'a number of the system')
  t.deepEqual(new errors.ModuleNotFoundError('x', ['a']).requireStack, ['a'], 'the way to a module')
})
