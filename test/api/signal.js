import { exec } from 'socket:child_process'
import args from 'socket:internal/args'
import signal, { addEventListener, constants, getCode, getMessage, getName, SIGINT, SIGUSR2, strings, toString } from 'socket:signal'
import { test } from 'socket:test'

test('signal: numbers and names', (t) => {
  t.deepEqual([SIGINT, constants.SIGINT, signal.SIGINT], [2, 2, 2], 'a number')
  t.deepEqual([getCode('SIGINT'), getCode('int'), getCode(2), getCode('unknown'), getCode(999)], [2, 2, 2, undefined, undefined], 'getCode')
  t.deepEqual([getName(2), getName('term'), toString(2), getName(999)], ['SIGINT', 'SIGTERM', 'SIGINT', undefined], 'getName')
  t.equal(getMessage(2), strings.SIGINT, 'getMessage')
})

test('signal: events of the channel', async (t) => {
  if (args.platform === 'win32') return t.comment('skipped: Windows sends none')
  const heard = new Promise((resolve) => addEventListener('SIGUSR2', (/** @type {any} */ event) => resolve([event.type, event.code]), { once: true }))
  await new Promise((resolve, reject) => exec('kill -USR2 $PPID', (/** @type {any} */ error) => error ? reject(error) : resolve(undefined)))
  t.deepEqual(await heard, ['SIGUSR2', SIGUSR2], 'name and number')
  t.throws(() => addEventListener('SIGNOPE', () => {}), TypeError, 'a signal that is none')
})
