/** `ssc audit`, through the wrapper. What each layout and each broken package comes to is in native/cli/tests/audit.rs. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

import { project } from './project.js'

const page = (/** @type {string} */ policy) => `<!doctype html>\n<meta http-equiv="Content-Security-Policy" content="${policy}">\n<script type="module" src="index.js"></script>\n`

/** @param {ReturnType<typeof project>} made */
function users (made) {
  const root = path.join(made.folder, 'build/linux')
  const tree = fs.readdirSync(root).find((name) => name.startsWith('app_v'))
  assert.ok(tree !== undefined, 'there is a build for users')
  return path.join(root, tree)
}

test('what a project may do, in words and as JSON', async (t) => {
  const made = project(t, '[capabilities]\nread[] = $APP/**\n')
  made.write('src/index.html', page("default-src 'self'; script-src 'self' socket:; connect-src ipc://fs.readFile"))
  const { code, out, err } = await made.ssc(['audit'])
  assert.deepEqual([code, err], [0, ''])
  assert.match(out, /^index\.html\n {2}fs\.readFile {2}it can read files of the user$/m)
  assert.match(out, /^no warnings$/m)
  const { documents, warnings } = JSON.parse((await made.ssc(['audit', '--json', '.'])).out)
  assert.deepEqual(documents[0].routes, ['fs.readFile'])
  assert.deepEqual(warnings, [])
})

test('--strict makes a warning an end with 1', async (t) => {
  const made = project(t)
  made.write('src/index.html', page('connect-src ipc:'))
  assert.equal((await made.ssc(['audit'])).code, 0)
  const { code, out } = await made.ssc(['audit', '--strict'])
  assert.equal(code, 1)
  for (const warning of ['all-routes', 'unsafe-eval', 'unsafe-inline', 'remote-script', 'any-file', 'child-process']) assert.match(out, new RegExp(`! ${warning}: `))
})

test('--verify, with the runtime of the package', async (t) => {
  const made = project(t)
  assert.equal((await made.ssc(['build', '-q', '--prod'])).code, 0)
  const app = users(made)
  const { code, out } = await made.ssc(['audit', '--verify', app])
  assert.equal(code, 0, out)
  assert.match(out, /^the runtime is .+$/m)
  assert.match(out, /^verified$/m)
  fs.appendFileSync(path.join(app, 'opt/app/index.html'), ' ')
  const altered = await made.ssc(['audit', '--verify', '--json', app])
  assert.equal(altered.code, 1)
  const { verified, problems } = JSON.parse(altered.out)
  assert.deepEqual([verified, problems.map((/** @type {any} */ one) => one.code)], [false, ['ERR_MANIFEST_ALTERED']])
})

test('the executable of an app is the one of the package, byte for byte', async (t) => {
  const made = project(t)
  const hash = (/** @type {string} */ file) => createHash('sha256').update(fs.readFileSync(file)).digest('hex')
  const hashes = new Set()
  for (const options of [['--prod'], ['--headless'], ['--prod', '--env=A=1']]) {
    assert.equal((await made.ssc(['build', '-q', ...options])).code, 0)
    const prod = options.includes('--prod')
    hashes.add(hash(prod ? path.join(users(made), 'opt/app/app') : path.join(made.resources, 'app-dev')))
  }
  const plan = (await made.ssc(['build', '--dry-run'])).out
  const from = /place (.+) as opt/.exec(plan)?.[1]
  assert.ok(from !== undefined, plan)
  assert.deepEqual([...hashes], [hash(from)])
})

test('--keygen', async (t) => {
  const made = project(t)
  const { code, out } = await made.ssc(['audit', '--keygen', 'app.key'])
  assert.equal(code, 0)
  assert.match(out, /^[0-9a-f]{64}\n$/)
  assert.equal((await made.ssc(['audit', '--keygen=app.key'])).code, 1)
  const built = await made.ssc(['build', '--prod'], { env: { SSC_MANIFEST_KEY: path.join(made.folder, 'app.key') } })
  assert.equal(built.code, 0, built.err)
  const verified = await made.ssc(['audit', '--verify', `--key=${out.trim()}`, users(made)])
  assert.equal(verified.code, 0, verified.out)
  assert.match(verified.out, new RegExp(`^signed by ${out.trim()}$`, 'm'))
})

test('what is no app', async (t) => {
  const made = project(t)
  made.write('x.zip', 'PK no')
  for (const [name, words] of /** @type {[string, RegExp][]} */ ([['x.zip', /cannot be read/], ['gone', /cannot open/], ['src', /no app and no project/]])) {
    const { code, out, err } = await made.ssc(['audit', name])
    assert.deepEqual([code, out], [1, ''])
    assert.match(err, words)
  }
})
