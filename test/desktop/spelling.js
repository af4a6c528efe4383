/** `socket:fs`, `node:fs` and `fs` name one module, in pages, frames and workers, under a strict policy. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { startXvfb, withApp } from './app.js'

/** @type {Awaited<ReturnType<typeof startXvfb>>} */
let xvfb
before(async () => { xvfb = await startXvfb() })
after(async () => { await xvfb?.stop() })

const timeout = 120_000
const STRICT = "default-src 'self'; script-src 'self' socket:; connect-src ipc:"
const meta = (/** @type {string} */ policy) => `<meta http-equiv="Content-Security-Policy" content="${policy}">`
const exit = "import('socket:process').then(({ default: process }) => process.exit(0))"

/** Imports each spelling, statically where said, and tells whether they are one module. */
const check = `
  const all = async (names) => {
    const found = []
    for (const name of names) {
      try { found.push((await import(name)).default) } catch (error) { found.push(error.constructor.name) }
    }
    return names.map((name, at) => name + ' ' + (found[at] === found[0] ? 'same' : String(found[at]))).join(', ')
  }`

/**
 * @param {Record<string, string>} files
 * @returns {Promise<{ lines: string[], stderr: string }>}
 */
async function lines (files) {
  /** @type {any} */ let result
  await withApp(xvfb, files, {}, async (app, env) => {
    const { code, stdout, stderr } = await app.run(['--headless'], env).ended
    assert.equal(code, 0, stdout + stderr)
    result = { lines: stdout.trim().split('\n'), stderr }
  })
  return result
}

const page = `
  import fs from 'socket:fs'
  import node from 'node:fs'
  import bare from 'fs'
  import { readFile } from 'fs/promises'
  ${check}
  console.log('static', fs === node, node === bare, readFile === fs.promises.readFile)
  console.log(await all(['socket:path', 'node:path', 'path']))
  await import('test').catch(error => console.log('test', error.constructor.name))
  console.log('node:test', typeof (await import('node:test')).test)
  document.querySelectorAll('script[type=importmap]').length === 1 || console.log('more maps than one')
  ${exit}`

for (const [name, head] of Object.entries({
  'without a policy': '',
  'under a strict policy': meta(STRICT),
  'where inline scripts are allowed': meta("script-src 'self' 'unsafe-inline' socket:; connect-src ipc:"),
  'under two policies': meta(STRICT) + meta("script-src 'self' socket:")
})) {
  test(`all spellings in a page ${name}`, { timeout }, async () => {
    const { lines: found, stderr } = await lines({ 'index.html': `<!doctype html>${head}<title>x</title><script type="module" src="page.js"></script>`, 'page.js': page })
    assert.deepEqual(found, ['static true true true', 'socket:path same, node:path same, path same', 'test TypeError', 'node:test function'], stderr)
  })
}

test('a policy stays as strict as it was', { timeout }, async () => {
  const { lines: found } = await lines({
    'index.html': `<!doctype html>${meta(STRICT)}<script>console.log('inline ran')</script><script type="importmap">{"imports":{"evil":"./evil.js"}}</script><script type="module" src="page.js"></script>`,
    'evil.js': 'export default 1',
    'page.js': `
      try { eval('1'); console.log('eval ran') } catch { console.log('no eval') }
      await import('evil').then(() => console.log('evil ran'), () => console.log('no map of the page'))
      console.log(typeof (await import('fs')).default.readFile)
      ${exit}`
  })
  assert.deepEqual(found, ['no eval', 'no map of the page', 'function'])
})

test("a page's own import map counts first", { timeout }, async () => {
  const { lines: found } = await lines({
    'index.html': '<!doctype html><script type="importmap">{"imports":{"path":"./path.js","mine":"./path.js"}}</script><script type="module" src="page.js"></script>',
    'path.js': "export default 'the app\\'s own'",
    'page.js': `
      import path from 'path'
      import mine from 'mine'
      import node from 'node:path'
      import os from 'os'
      console.log(path, mine === path, typeof node.join, typeof os.cpus)
      ${exit}`
  })
  assert.deepEqual(found, ["the app's own true function function"])
})

test('all spellings in workers, in what they import, and what they import later', { timeout }, async () => {
  const { lines: found, stderr } = await lines({
    'index.html': `<!doctype html>${meta(STRICT)}<script type="module" src="page.js"></script>`,
    'module.js': `
      import path from 'path'
      import { dep, url } from './lib/dep.js'
      import './side.js'
      ${check}
      const later = await import('fs')
      postMessage([typeof path.join, dep, url, import.meta.url, location.href, typeof later.readFile, (await import('./lib/dep.js')).dep === dep, await all(['path', 'node:path', 'socket:path'])].join(' '))`,
    'lib/dep.js': "// import 'nothing'\nimport fs from 'fs'\nexport { join } from 'path'\nexport const dep = typeof fs.readFileSync\nexport const url = import.meta.url\nexport const text = \"import('fs')\"",
    'side.js': "console.log('the console is there while modules load')",
    'classic.js': `
      importScripts('lib/classic.js')
      ${check}
      ;(async () => postMessage([self.loaded, await self.lazy(), await all(['path', 'node:path', 'socket:path']), await import('package').catch(error => error.constructor.name)].join(' ')))()`,
    'lib/classic.js': "self.loaded = location.href; self.lazy = async () => { const { dep, url } = await import('./dep.js'); return [dep, url, typeof (await import('fs')).stat] }",
    'page.js': `
      const said = (target) => new Promise((resolve, reject) => { target.onmessage = ({ data }) => resolve(data); target.onerror = ({ message }) => reject(new Error(message)) })
      console.log(await said(new Worker('module.js?q=1', { type: 'module' })))
      console.log(await said(new Worker('classic.js')))
      ${exit}`
  })
  const app = 'socket://com.example.test-app'
  assert.deepEqual(found, [
    'the console is there while modules load',
    `function function ${app}/lib/dep.js ${app}/module.js?q=1 ${app}/module.js?q=1 function true path same, node:path same, socket:path same`,
    `${app}/classic.js function,${app}/lib/dep.js,function path same, node:path same, socket:path same TypeError`
  ], stderr)
})

test('both schemes in workers, and all spellings in frames', { timeout }, async () => {
  const worker = `${check}; (async () => { postMessage(await all(['socket:path', 'node:path'])) })()`
  const { lines: found, stderr } = await lines({
    'index.html': `<!doctype html>${meta(STRICT)}<script type="module" src="page.js"></script>`,
    'frame.html': `<!doctype html>${meta(STRICT)}<script type="module" src="frame.js"></script>`,
    'frame.js': `${check}; const { default: fs } = await import('fs'); parent.postMessage(await all(['socket:path', 'node:path', 'path']) + ' ' + (await fs.promises.readFile('frame.html', 'utf8')).slice(0, 9), '*')`,
    'classic.js': worker,
    'module.js': `import path from 'node:path'; ${worker}`,
    'nothing.js': "import('node:window').catch(error => postMessage(error.constructor.name))",
    'page.js': `
      const said = (target) => new Promise((resolve, reject) => { target.onmessage = ({ data }) => resolve(data); target.onerror = ({ message }) => reject(new Error(message)) })
      console.log('classic', await said(new Worker('classic.js')))
      console.log('module', await said(new Worker('module.js', { type: 'module' })))
      console.log('unknown', await said(new Worker('nothing.js')))
      const frame = Object.assign(document.createElement('iframe'), { src: 'frame.html' })
      const answer = said(window)
      document.body.append(frame)
      console.log('frame', await answer)
      ${exit}`
  })
  assert.deepEqual(found, [
    'classic socket:path same, node:path same',
    'module socket:path same, node:path same',
    'unknown TypeError',
    'frame socket:path same, node:path same, path same <!doctype'
  ], stderr)
})
