/** Runs the examples of docs/api: each prints what it says. Those that need windows are run by test/desktop/examples.js. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'

import { missing, startBus } from '../mocks/bus.js'
import { dnsServer } from '../parity/support/dns-server.js'
import { moduleNames } from './lib/collect.js'
import { readExamples } from './lib/examples.js'

// What examples make, they make below here.
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'socket-examples-'))
process.env.TMPDIR = scratch
after(() => fs.rmSync(scratch, { recursive: true, force: true }))

// It stands for the network.
/** @type {Awaited<ReturnType<typeof dnsServer>>} */
let server
before(async () => {
  server = await dnsServer()
  for (const name of ['dns', 'dns/promises']) (await import(`socket:${name}`)).setServers([server.address])
})
after(() => server.close())

/** @param {() => unknown} run @returns {Promise<string[]>} the lines it prints */
async function lines (run) {
  const { log } = console
  let text = ''
  console.log = (/** @type {unknown[]} */ ...values) => { text += `${format(...values)}\n` }
  try {
    await run()
  } finally {
    console.log = log
  }
  return text === '' ? [] : text.slice(0, -1).split('\n')
}

// And these for a desktop with a radio. What starts with the first native call looks for them.
const lacking = await missing()
const devices = new Set(['bluetooth', 'notification'])
if (lacking === undefined) {
  const bus = await startBus(['bluez', 'notifications'])
  Object.assign(process.env, bus.env)
  after(() => bus.stop())
}

let ran = 0
for (const name of moduleNames()) {
  const found = readExamples(name)
  if (found === undefined) continue
  test(`socket:${name}`, { skip: devices.has(name) && lacking !== undefined ? lacking : false }, async (t) => {
    const values = await import(pathToFileURL(found.file).href)
    for (const { id, prints, code, names, app } of found.examples) {
      await t.test(id, async () => {
        assert.ok(prints.length > 0, 'says what it prints: // → text')
        for (const one of names) assert.match(code, new RegExp(`(?<![\\w$])${one.replaceAll('$', '\\$')}(?![\\w$])`), `uses ${one}`)
        if (app) return
        await values.before?.()
        assert.deepEqual(await lines(values[id]), prints)
        ran++
      })
    }
  })
}

test('examples have been run', () => assert.ok(ran > 0))
