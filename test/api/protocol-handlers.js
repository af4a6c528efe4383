import { getServiceWorker } from 'socket:protocol-handlers'
import { test } from 'socket:test'

test('protocol-handlers: none is registered', async (t) => {
  const found = await getServiceWorker('myapp:').catch((error) => error)
  t.ok(found === null || found.code === 'ERR_SERVICE_WORKER_UNAVAILABLE', 'nobody, or a clear error')
  for (const [scheme, code] of [[5, 'ERR_INVALID_ARG_TYPE'], ['', 'ERR_INVALID_ARG_VALUE'], ['a b', 'ERR_INVALID_ARG_VALUE']]) {
    t.equal((await getServiceWorker(/** @type {any} */ (scheme)).catch((error) => error)).code, code, `${scheme}`)
  }
})
