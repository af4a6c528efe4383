/** `require` of the app's files under a policy that forbids eval and inline scripts. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { startXvfb, withApp } from './app.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const timeout = 120_000
const STRICT = "default-src 'self'; script-src 'self' socket:; connect-src ipc:"
const end = "import('socket:process').then(({ default: process }) => process.exit(0))"

/** @param {string} policy @param {Record<string, string>} files */
async function lines (policy, files) {
  /** @type {any} */ let result
  const page = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}"><script>console.log('inline ran')</script><script type="module" src="page.js"></script>`
  await withApp(xvfb, { 'index.html': page, ...files }, {}, async (app, env) => {
    const { code, stdout, stderr } = await app.run(['--headless'], env).ended
    assert.equal(code, 0, stdout + stderr)
    result = { lines: stdout.trim().split('\n'), stderr, path: app.path }
  })
  return result
}

const packages = {
  'node_modules/adder/package.json': '{"name":"adder","main":"./lib/main"}',
  'node_modules/adder/lib/main.js': "const { Buffer } = require('buffer'); exports.add = (a, b) => a + b; exports.text = Buffer.from('hi').toString('hex'); exports.data = require('./data.json').n; exports.name = __filename",
  'node_modules/adder/lib/data.json': '{"n":7}',
  'node_modules/modern/package.json': '{"name":"modern","exports":{".":{"import":"./m.mjs","require":"./c.cjs"},"./sub/*":"./src/*.js","./private/*":null}}',
  'node_modules/modern/c.cjs': "#!/usr/bin/env node\nmodule.exports = 'require condition'",
  'node_modules/modern/src/x.js': 'module.exports = [typeof process.nextTick, typeof Buffer.from, typeof global.setTimeout, typeof setImmediate, this === exports]',
  'lib/a.js': "exports.early = true; exports.b = require('./b').seen; exports.late = true",
  'lib/b.js': "const a = require('./a'); exports.seen = [a.early, a.late]",
  'lib/broken.js': 'let x = ;',
  'lib/throws.js': "throw new TypeError('on purpose')"
}

test('in a page, under a strict policy', { timeout }, async () => {
  const { lines: found, stderr, path } = await lines(STRICT, {
    ...packages,
    'page.js': `
      import { createRequire } from 'module'
      const require = createRequire(import.meta.url)
      const adder = require('adder')
      console.log(adder.add(1, 2), adder.text, adder.data, require('adder') === adder, adder.name, require.resolve('adder') === adder.name)
      console.log(require('modern'), JSON.stringify(require('modern/sub/x')))
      console.log(JSON.stringify(require('./lib/a')))
      for (const id of ['missing', './nothing', 'modern/private/x', 'modern/other', './lib/broken', './lib/throws', './page.mjs', '../../../../etc/hostname', './socket.ini']) {
        try { console.log(id, typeof require(id)) } catch (error) { console.log(id, error.name, error.code) }
      }
      try { eval('1'); console.log('eval ran') } catch { console.log('no eval') }
      console.log(document.querySelectorAll('script').length)
      ${end}`
  })
  assert.deepEqual(found, [
    `3 6869 7 true ${path}/node_modules/adder/lib/main.js true`,
    'require condition ["function","function","function","function",true]',
    '{"early":true,"b":[true,null],"late":true}',
    'missing Error MODULE_NOT_FOUND',
    './nothing Error MODULE_NOT_FOUND',
    'modern/private/x Error ERR_PACKAGE_PATH_NOT_EXPORTED',
    'modern/other Error ERR_PACKAGE_PATH_NOT_EXPORTED',
    './lib/broken SyntaxError undefined',
    './lib/throws TypeError undefined',
    './page.mjs Error MODULE_NOT_FOUND',
    '../../../../etc/hostname Error MODULE_NOT_FOUND',
    './socket.ini Error MODULE_NOT_FOUND',
    'no eval',
    '3'
  ], stderr)
})

test('in a classic worker, under the same policy', { timeout }, async () => {
  const { lines: found, stderr } = await lines(STRICT, {
    ...packages,
    'worker.js': `import('socket:module').then(({ createRequire }) => {
      const require = createRequire(location.href)
      const adder = require('adder')
      postMessage([adder.add(1, 2), adder.text, adder.data, require('modern'), JSON.stringify(require('./lib/a'))].join(' '))
    })`,
    'module.js': `import { createRequire } from 'socket:module'
      try { createRequire(import.meta.url)('adder') } catch (error) { postMessage(error.code + ' ' + /classic worker/.test(error.message)) }`,
    'page.js': `
      const said = (worker) => new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); worker.onerror = ({ message }) => resolve('error: ' + message) })
      console.log(await said(new Worker('worker.js')))
      console.log(await said(new Worker('module.js', { type: 'module' })))
      ${end}`
  })
  assert.deepEqual(found, ['3 6869 7 require condition {"early":true,"b":[true,null],"late":true}', 'ERR_ACCESS_DENIED true'], stderr)
})

test('only where the policy allows module.read', { timeout }, async () => {
  const { lines: found, stderr } = await lines("default-src 'self'; script-src 'self' socket:; connect-src ipc://application.exit", {
    ...packages,
    'page.js': `
      import { createRequire } from 'socket:module'
      import args from 'socket:internal/args'
      const require = createRequire(import.meta.url)
      console.log(typeof require('path').join, args.nonce)
      try { require('adder') } catch (error) { console.log(error.code, /ipc:\\/\\/module.read/.test(error.message)) }
      ${end}`
  })
  assert.deepEqual(found, ['function undefined', 'ERR_ACCESS_DENIED true'], stderr)
})
