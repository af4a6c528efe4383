/** Every template as a user gets it: scaffolded with npm, built for users; two of them run their tests. */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { after, test } from 'node:test'

import { list } from '../../create-socket-app/lib/templates.js'
import { startXvfb } from '../desktop/app.js'
import { Scratch } from './scratch.js'

/** Those whose tests run in the WebView here: without and with a framework that compiles. */
const RUN = ['vanilla', 'vue']
const LIMIT = 120_000

const made = new Scratch()
after(() => made.remove())

/** Why no package can be installed here, or null. */
async function obstacle () {
  const { code, err } = await made.run('npm', ['view', 'esbuild', 'version', '--prefer-offline', '--fetch-retries=0'])
  return code === 0 ? false : `npm reaches no registry: ${err.trim().split('\n')[0]}`
}

const skip = await obstacle()

test('there are six', () => {
  assert.deepEqual(list().map(({ name }) => name), ['react', 'react-ts', 'svelte', 'tonic', 'vanilla', 'vue'])
})

/** The files of the app that was built. @param {string} folder @param {string} app */
function resources (folder, app) {
  const linux = path.join(made.folder, folder, 'build', process.platform === 'linux' ? 'linux' : '')
  const tree = fs.readdirSync(linux).find((name) => name.startsWith(`${app}_`))
  assert.ok(tree, `${linux} has the app`)
  return path.join(linux, tree, 'opt', app)
}

for (const { name } of list()) {
  test(`${name}: scaffold and build`, { skip, timeout: LIMIT }, async () => {
    const folder = `My ${name}`
    const { code, err } = await made.create([name, folder])
    assert.equal(code, 0, err)
    const built = await made.run('npm', ['run', 'build', '--', '--prod'], { cwd: folder })
    assert.equal(built.code, 0, built.out + built.err)
    assert.doesNotMatch(built.err, /warning/i)
    const files = resources(folder, `my-${name}`)
    const html = fs.readFileSync(path.join(files, 'index.html'), 'utf8')
    const [, policy] = /content="(default-src[^"]*)"/.exec(html) ?? []
    assert.equal(policy, "default-src 'self'; script-src 'self' socket:; connect-src ipc://fs.readFile; object-src 'none'; base-uri 'none'; form-action 'none'")
    for (const one of ['index.js', 'index.css', 'icon.png']) assert.ok(fs.statSync(path.join(files, one)).size > 100, one)
    assert.match(fs.readFileSync(path.join(files, 'index.js'), 'utf8'), /from\s?"socket:fs\/promises"/)
    assert.equal(fs.existsSync(path.join(files, 'index.js.map')), false)
  })
}

for (const name of RUN) {
  test(`${name}: npm test`, { skip, timeout: LIMIT }, async () => {
    const xvfb = await startXvfb()
    try {
      const { code, out, err } = await made.run('npm', ['test'], { cwd: `My ${name}`, env: { DISPLAY: xvfb.display } })
      assert.equal(code, 0, out + err)
      assert.match(out, /^# pass 3$/m)
      assert.match(out, /^# fail 0$/m)
    } finally {
      await xvfb.stop()
    }
  })
}
