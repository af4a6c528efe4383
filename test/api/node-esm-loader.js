import { resolve } from 'socket:node-esm-loader'
import { test } from 'socket:test'

test('node-esm-loader: names', async (t) => {
  t.deepEqual(await resolve('socket:fs/promises', {}), { url: 'node:fs/promises', format: 'builtin', shortCircuit: true }, 'of Node')
  t.deepEqual(await resolve('./x.js', { parentURL: 'file:///a.js' }, (specifier, context) => [specifier, context.parentURL]), /** @type {any} */ (['./x.js', 'file:///a.js']), 'others')
  for (const name of ['socket:window', 'socket:nothing']) t.equal((await resolve(name, {}).catch((error) => error)).code, 'ERR_UNKNOWN_BUILTIN_MODULE', name)
  t.equal((await resolve('x', {}).catch((error) => error)).code, 'ERR_MODULE_NOT_FOUND', 'nobody else')
})
