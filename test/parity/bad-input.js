/**
 * Wrong arguments are refused as Node refuses them: in every place of a call, and in every option, for every kind of
 * value. support/calls.js has a right call for each function, support/bad-calls.js makes the wrong ones, in two programs,
 * one with Node's modules and one with ours.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { namespaces } from 'socket:internal/builtins'
import { CALLS } from './support/calls.js'

const script = fileURLToPath(new URL('support/bad-calls.js', import.meta.url))
const register = fileURLToPath(new URL('../register.js', import.meta.url))

/** Where ours differs on purpose: a call and a place, why, and what Node says there, if it is not all. @type {[RegExp, string, RegExp?][]} */
const KNOWN = [
  [/^fs\.(appendFile|writeFile) 2\.mode$/, 'Node takes a function among the options for the callback of open'],
  [/^fs\.realpath(Sync)? 0$/, 'Node makes text of bytes here, and looks for a file with a zero in its name'],
  [/^fs\.rm (2|only \d)$/, 'Node finds out about the callback when it calls it, and then nobody can catch it'],
  [/^fs\.f?truncate only 0$/, 'without any argument, which of them is missed first'],
  [/^child_process\.\w+ [12]\.stdio$/, 'descriptors of other files cannot be given to a program: docs/dependencies.md'],
  [/^fs\/promises\.opendir 1(\.bufferSize)?$|^fs\/promises\.opendir only 0$/, 'Node then never answers, or speaks of a callback that nobody gave'],
  [/^util\.parseArgs (0|0\.args|only 0)$/, 'the arguments of the two programs differ'],
  [/^fs\/promises\.handle#read {2}0\.offset$/, 'Node takes an offset that is an object for another set of options'],
  [/^(async_hooks\.new AsyncResource|events\.new EventEmitterAsyncResource) 0$/, 'Node looks at an empty type when hooks are on', /^accepted$/],
  [/^fs\.openAsBlob 0$/, 'Node looks for the file while the page waits; ours rejects when it is not there', /Unable to open/],
  [/^zlib\.deflate#flush 0$/, 'Node finds 1n and [1] under the name 1']
]

/** Functions that no call stands for, and why. @type {Record<string, RegExp>} */
const UNCALLED = {
  '*': /^_/,
  child_process: /^(ChildProcess|fork)$/,
  crypto: /^(getCiphers|getHashes|getFips|secureHeapUsed|Cipheriv|Decipheriv|Hash|Hmac)$/,
  dgram: /^$/,
  dns: /^get/,
  'dns/promises': /^get/,
  events: /^init$/,
  fs: /^(Dir|Dirent|Stats|FileReadStream|FileWriteStream)$/,
  http: /^(IncomingMessage|OutgoingMessage|Server|ServerResponse)$/,
  stream: /^Stream$/,
  timers: /^active$/,
  url: /^Url$/,
  util: /^(TextEncoder|MIMEParams|getSystemErrorMap|log)$/,
  readline: /^Interface$/,
  querystring: /^(decode|encode)$/
}

/** What was written there, by call, place and value. @param {string} file @returns {Map<string, string>} */
function read (file) {
  const lines = fs.readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
  return new Map(lines.map((line) => [line.slice(0, -1).join(' #'), line.at(-1)]))
}

/** @param {string} root @param {string} side @param {string} module */
async function run (root, side, module) {
  const cwd = path.join(root, side)
  const results = path.join(root, `${side}.jsonl`)
  fs.mkdirSync(cwd)
  const flags = side === 'socket' ? ['--import', register] : []
  await promisify(execFile)(process.execPath, [...flags, script, side, results, module], { cwd, maxBuffer: 64 * 1024 * 1024 })
  return read(results)
}

for (const module of Object.keys(CALLS)) {
  test(`socket:${module} refuses what node:${module} refuses, in its words`, async (t) => {
    if (!process.versions.node.startsWith('20.')) return t.skip('compares with Node 20')
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'parity-bad-input-'))
    t.after(() => fs.rmSync(root, { recursive: true, force: true }))
    const [nodes, ours] = await Promise.all([run(root, 'node', module), run(root, 'socket', module)])
    assert.ok(nodes.size > 20, 'it was asked')
    /** @type {string[]} */
    const different = []
    for (const [call, theirs] of nodes) {
      const [place] = call.split(' #')
      // What an engine says when Node has not looked is nothing to be like.
      if (theirs.endsWith('accident') || KNOWN.some(([pattern, , said]) => pattern.test(place) && (said?.test(theirs) ?? true))) continue
      if (ours.get(call) !== theirs) different.push(`${call}\n  Node: ${theirs}\n  ours: ${ours.get(call)}`)
    }
    assert.deepEqual(different.slice(0, 20), [], `${different.length} of ${nodes.size} calls`)
    t.diagnostic(`${nodes.size} calls`)
  })
}

test('every function of these modules is called', () => {
  for (const module of ['fs', 'fs/promises', 'dgram', 'dns', 'dns/promises', 'child_process', 'crypto', 'buffer', 'events', 'stream', 'util', 'url', 'querystring', 'timers', 'timers/promises', 'http', 'zlib', 'readline']) {
    const node = /** @type {Record<string, unknown>} */ (process.getBuiltinModule(module))
    const called = Object.keys(CALLS[module]).map((name) => name.trim().replace(/^new /, '').split(/[.#]/)[0])
    const missing = Object.keys(node).filter((name) => typeof node[name] === 'function' && name in namespaces[module] &&
      !called.includes(name) && !UNCALLED['*'].test(name) && !UNCALLED[module]?.test(name))
    assert.deepEqual(missing, [], `${module}: give these a call in test/parity/support/calls.js`)
  }
})
