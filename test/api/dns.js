import dns from 'socket:dns'
import promises from 'socket:dns/promises'
import { test } from 'socket:test'

test('dns: lookup', async (t) => {
  t.deepEqual(await promises.lookup('localhost', 4), { address: '127.0.0.1', family: 4 }, 'localhost')
  t.deepEqual(await promises.lookup('::1'), { address: '::1', family: 6 }, 'an address')
  const [address, family] = await new Promise((resolve, reject) => {
    dns.lookup('localhost', { family: 4 }, (/** @type {any} */ error, /** @type {any[]} */ ...found) => error ? reject(error) : resolve(found))
  })
  t.deepEqual([address, family], ['127.0.0.1', 4], 'with a callback')
  const error = await promises.lookup('nobody.invalid').catch((/** @type {any} */ error) => error)
  t.ok(['ENOTFOUND', 'EAI_AGAIN'].includes(error.code), 'no such host')
  t.deepEqual([error.syscall, error.hostname, error.message], ['getaddrinfo', 'nobody.invalid', `getaddrinfo ${error.code} nobody.invalid`], 'the error says which')
})
