import { test } from 'socket:test'
import Default, { Worker } from 'socket:worker'

test('worker: the engine\'s', (t) => {
  t.deepEqual([Worker, Default], [globalThis.Worker, globalThis.Worker], 'the class, where there is one')
})
