/** `socket:extension` in real windows: a file of the app, under policies with and without `'wasm-unsafe-eval'`. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { startXvfb, withApp } from './app.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const timeout = 120_000
// (module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
const wasm = Buffer.from('AGFzbQEAAAABBwFgAn9/AX8DAgEABwcBA2FkZAAACgkBBwAgACABags=', 'base64')

/** @param {string} sources of scripts @param {string} page @param {Record<string, string>} [files] */
async function lines (sources, page, files = {}) {
  /** @type {any} */ let result
  const html = `<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src 'self' socket:${sources}; connect-src ipc:"><script type="module" src="page.js"></script>`
  const text = `import { load } from 'socket:extension'\n${page}\nimport('socket:process').then(({ default: process }) => process.exit(0))`
  await withApp(xvfb, { 'index.html': html, 'page.js': text, 'extensions/sums.wasm': /** @type {any} */ (wasm), 'extensions/old.so': 'native', ...files }, {}, async (app, env) => {
    const { code, stdout, stderr } = await app.run(['--headless'], env).ended
    assert.equal(code, 0, stdout + stderr)
    result = { lines: stdout.trim().split('\n'), stderr }
  })
  return result
}

test('an extension of the app runs in pages and workers', { timeout }, async () => {
  const { lines: found, stderr } = await lines(" 'wasm-unsafe-eval'", `
    const sums = await load('sums')
    console.log(sums.binding.add(20, 22))
    for (const name of ['old', 'none']) await load(name).catch((error) => console.log(error.code))
    console.log(await new Promise((resolve) => { new Worker('worker.js', { type: 'module' }).onmessage = ({ data }) => resolve(data) }))`, {
    'worker.js': "import { load } from 'socket:extension'\npostMessage((await load('sums')).binding.add(1, 2))"
  })
  assert.deepEqual(found, ['42', 'ERR_EXTENSION_NATIVE', 'ERR_EXTENSION_NOT_FOUND', '3'], stderr)
})

test("without 'wasm-unsafe-eval' the error says what to add", { timeout }, async () => {
  const { lines: found, stderr } = await lines('', "await load('sums').then(() => console.log('loaded'), (error) => console.log(error.code, error.message.includes(\"'wasm-unsafe-eval' to its script-src\")))")
  assert.deepEqual(found, ['ERR_ACCESS_DENIED true'], stderr)
})
