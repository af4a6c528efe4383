/** The types of the helper, as a user's strict TypeScript sees them: ES modules and CommonJS, old and new resolution. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

const USE = `
socket.on('sum', ({ data, window }) => {
  const index: number = window
  return data.a + index
})
socket.once('x', () => {})
socket.plain.on('old', (value) => value)
const failed: Promise<Error | undefined> = socket.send({ window: 0, event: 'ready', value: [1] })
const alive: Promise<Error | undefined> = socket.heartbeat()
socket.removeAllListeners()
export { failed, alive }
`
const FILES = {
  'esm.mts': `import socket, { send, on, type Message } from '@socketsupply/socket-node'
${USE}
on('typed', ({ data }: Message<{ a: number }>) => send({ event: 'b', value: data.a }))
`,
  'cjs.cts': `import socket = require('@socketsupply/socket-node')
${USE}`,
  'plain.ts': `import socket from '@socketsupply/socket-node'
${USE}`
}
const WRONG = {
  'wrong.mts': `import socket from '@socketsupply/socket-node'
socket.send({ value: 1 })
socket.on('x', 'not a function')
socket.nothing()
`
}

/** @param {import('node:test').TestContext} t @param {Record<string, string>} files @param {Record<string, unknown>} options */
function compile (t, files, options) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'socket-types-'))
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }))
  fs.mkdirSync(path.join(folder, 'node_modules/@socketsupply'), { recursive: true })
  fs.cpSync(path.join(root, 'js/node'), path.join(folder, 'node_modules/@socketsupply/socket-node'), { recursive: true })
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text)
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }')
  fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({
    // Its own types are checked, too.
    compilerOptions: { strict: true, noEmit: true, skipLibCheck: false, types: [], lib: ['ES2022'], target: 'ES2022', ...options },
    include: ['*']
  }))
  const { status, stdout } = spawnSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' })
  return { status, stdout }
}

for (const [name, options] of /** @type {const} */ ([
  ['node16', { module: 'node16' }],
  ['bundler', { module: 'preserve', moduleResolution: 'bundler' }]
])) {
  test(`types: what the documentation says compiles (${name})`, { timeout: 120_000 }, (t) => {
    const { status, stdout } = compile(t, FILES, options)
    assert.equal(stdout, '')
    assert.equal(status, 0)
  })
}

test('types: what is wrong does not', { timeout: 120_000 }, (t) => {
  const { stdout } = compile(t, WRONG, { module: 'node16' })
  for (const line of [2, 3, 4]) assert.match(stdout, new RegExp(`wrong\\.mts\\(${line},`), stdout)
})
