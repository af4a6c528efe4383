import Default, { Conduit, DEFALUT_MAX_RECONNECT_RETRIES, DEFAULT_MAX_RECONNECT_TIMEOUT, pool } from 'socket:conduit'
import os from 'socket:os'
import { test } from 'socket:test'

test('conduit: messages and answers', async (t) => {
  const conduit = new Conduit({ id: 'test' })
  t.equal(pool.get('test'), conduit, 'is in the pool')
  t.ok(conduit.isActive && Default === Conduit, 'is open at once')
  /** @type {any[]} */
  const heard = []
  const stop = conduit.receive((error, message) => heard.push(error ?? message))
  const answer = await conduit.send({ route: 'os.totalmem' })
  t.equal(answer.options.value, os.totalmem(), 'an answer')
  t.equal(heard[0], answer, 'is heard')
  const user = await conduit.send({ route: 'os.uname' })
  t.ok(Object.keys(user.options).length > 1, 'fields')
  t.equal(user.options.route, 'os.uname', 'of which route')
  const failed = await conduit.send({ route: 'fs.stat', path: 5 }).catch((error) => error)
  t.ok(failed instanceof Error && heard.at(-1) === failed, 'errors, too')
  stop()
  await conduit.send({ route: 'os.totalmem' })
  t.equal(heard.at(-1), failed, 'nothing after that')
  t.equal(await conduit.reconnect(), conduit, 'reconnect finds native code')
  conduit.close()
  t.equal(pool.has('test'), false, 'closed')
  t.equal((await conduit.send({ route: 'os.totalmem' }).catch((error) => error)).code, 'ERR_CONDUIT_CLOSED', 'sends nothing')
  conduit.connect()
  t.ok((await conduit.send({ route: 'os.totalmem' })).options.value > 0, 'open again')
  conduit.close()
  t.deepEqual([DEFALUT_MAX_RECONNECT_RETRIES, DEFAULT_MAX_RECONNECT_TIMEOUT], [32, 256], 'constants')
})

test('conduit: bytes', (t) => {
  const conduit = new Conduit()
  const { options, payload } = conduit.decodeMessage(conduit.encodeMessage({ route: 'x', n: 1 }, 'grün'))
  t.deepEqual([options, new TextDecoder().decode(payload)], [{ route: 'x', n: 1 }, 'grün'], 'there and back')
  for (const bytes of [new Uint8Array(), new Uint8Array([255, 255, 255, 255, 1]), new Uint8Array([1, 0, 0, 0, 123])]) {
    t.equal(/** @type {any} */ (t.throws(() => conduit.decodeMessage(bytes), /no message of encodeMessage/, String(bytes))).code, 'ERR_INVALID_ARG_VALUE', 'what is none')
  }
  t.throws(() => conduit.receive(/** @type {any} */ (5)), /"callback" argument must be of type function/, 'receive')
  t.throws(() => new Conduit({ id: /** @type {any} */ ({}) }), /options.id/, 'an id')
  t.throws(() => conduit.encodeMessage({}, /** @type {any} */ (5)), /payload/, 'a payload')
  conduit.close()
})

test('conduit: who waits hears of the end', async (t) => {
  const conduit = new Conduit()
  const waiting = conduit.send({ route: 'os.uname' }).catch((error) => error)
  conduit.close()
  t.equal((await waiting).code, 'ERR_CONDUIT_CLOSED', 'by its code')
})
