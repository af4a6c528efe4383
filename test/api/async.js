import { AsyncContext, AsyncHook, Deferred } from 'socket:async'
import { createHook } from 'socket:async_hooks'
import { test } from 'socket:test'

test('async: variables and promises with handles', async (t) => {
  const variable = new AsyncContext.Variable({ name: 'v', defaultValue: 0 })
  t.equal(variable.run(5, () => variable.get()), 5, 'inside')
  t.equal(variable.get(), 0, 'outside')
  const snapshot = variable.run(7, () => new AsyncContext.Snapshot())
  t.equal(snapshot.run(() => variable.get()), 7, 'a snapshot')
  const deferred = new Deferred()
  deferred.resolve('x')
  t.equal(await deferred, 'x', 'Deferred')
  t.ok(createHook({}) instanceof AsyncHook, 'AsyncHook')
})
