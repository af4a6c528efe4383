/** Runs the examples of docs/api that need windows; test/docs/examples.js runs the others. */
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { moduleNames } from '../docs/lib/collect.js'
import { readExamples } from '../docs/lib/examples.js'
import { makeApp, startXvfb } from './app.js'

const wanted = moduleNames().flatMap((module) => (readExamples(module)?.examples ?? [])
  .filter(({ app }) => app).map(({ id, prints }) => ({ module, id, prints })))

const page = `<!doctype html><meta charset="utf-8"><title>examples</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'self'; script-src 'self' socket: 'unsafe-eval'; worker-src 'self' blob: socket:; connect-src ipc:">
<script type="module" src="index.js"></script>`

const script = `
import { exit } from 'socket:application'
import { format } from 'socket:util'
const { log } = console
for (const { module, id } of ${JSON.stringify(wanted)}) {
  let text = ''
  try {
    const example = await import('/examples/' + module + '.js')
    console.log = (...values) => { text += format(...values) + '\\n' }
    await example.before?.()
    await example[id]()
  } catch (error) {
    text += String(error?.stack ?? error)
  } finally {
    console.log = log
  }
  console.log('EXAMPLE ' + JSON.stringify({ module, id, text }))
}
await exit(0)
`

test('examples that need windows print what they say', { timeout: 120_000 }, async () => {
  assert.ok(wanted.length > 0)
  const xvfb = await startXvfb()
  const app = makeApp({ 'index.html': page, 'index.js': script, 'blank.html': '<!doctype html><title>blank</title>' }, {
    name: 'documented',
    copy: { 'docs/api/examples': 'examples' }
  })
  try {
    const { stdout, stderr } = await app.run(['--headless'], { DISPLAY: xvfb.display, WAYLAND_DISPLAY: '' }).ended
    const printed = [...stdout.matchAll(/^EXAMPLE (.*)$/gm)].map(([, json]) => JSON.parse(json))
    assert.deepEqual(printed, wanted.map(({ module, id, prints }) => ({ module, id, text: `${prints.join('\n')}\n` })), `${stdout}\n${stderr}`)
    // A window that follows a closed one shares its storage, which knows our schemes.
    assert.doesNotMatch(stderr, /CRITICAL/)
  } finally {
    app.remove()
    await xvfb.stop()
  }
})
