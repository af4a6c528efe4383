/**
 * The release as users get it: every package published to a registry of our own, and the first things that users do
 * done from there, in an empty home with an empty cache, where nothing can compile.
 *
 *     npm test -- release      every template is scaffolded, built and started with npm; two run their tests
 *     npm run release:check    all run their tests, and other package managers make one each
 */
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { list } from '../../create-socket-app/lib/templates.js'
import { contents, NOTICES, packAll } from '../../npm/build.js'
import { atLeast, npmPackages } from '../../npm/setup.js'
import { folder } from '../../npm/steps.js'
import { host, packageName, targets } from '../../npm/targets.js'
import { Local } from './lib/local.js'

const FULL = process.argv.includes('--full')
const REGISTRY_NODE = '20'
/** With which tsc ends when it finds something and writes nothing. */
const WRONG_TYPES = 1
/** Those that are tested in the short form, too: without a framework and with one that compiles. */
const TESTED = ['vanilla', 'vue']
const POLICY = "default-src 'self'; script-src 'self' socket:; connect-src ipc://fs.readFile; object-src 'none'; base-uri 'none'; form-action 'none'"
const { version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
const COMMAND = path.join(folder, 'create-socket-app/index.js')
const names = list().map(({ name }) => name)

/** Why the check cannot be made on this machine, or null. */
async function obstacle () {
  if (process.platform === 'win32') return 'shell scripts stand for compilers'
  if (!atLeast(process.versions.node, REGISTRY_NODE)) return `verdaccio needs Node ${REGISTRY_NODE}`
  try {
    await npmPackages(fileURLToPath(new URL('.', import.meta.url)))
  } catch (error) {
    return `verdaccio cannot be installed: ${/** @type {Error} */ (error).message}`
  }
  return null
}

/** What may be in the packages; anything else a user does not need. */
const MAY_HOLD = {
  platform: /^(package\.json|LICENSE|THIRD-PARTY-LICENSES|bin\/socket-runtime(\.exe)?|socket\.node|hashes\.json)$/,
  wrapper: /^(package\.json|LICENSE|README\.md|bin\/ssc\.js|js\/addon\/\w+\.js|types\/tsconfig\.json|types\/.*\.d\.ts)$/,
  create: /^(package\.json|LICENSE|README\.md|index\.js|lib\/\w+\.js|templates\/[\w-]+\/((src|test|init)\/[\w.-]+|[\w.-]+))$/,
  backend: /^(package\.json|LICENSE|README\.md|index\.(cjs|mjs|d\.ts)|lib\/\w+\.cjs)$/
}
/** In KB, packed. More than that wants a reason. */
const AT_MOST = { platform: 8192, wrapper: 256, create: 128, backend: 32 }

const local = new Local()

/** The page prints a line when it has rendered the file that it reads. @param {string} project */
function speak (project) {
  const src = path.join(project, 'src')
  const entry = fs.readdirSync(src).find((name) => /^index\.(js|jsx|tsx)$/.test(name))
  assert.ok(entry, `${src} has an entry`)
  fs.appendFileSync(path.join(src, entry), `
const look = setInterval(() => {
  if (!document.querySelector('#source')?.textContent?.includes('<!doctype html>')) return
  clearInterval(look)
  console.log('the page shows: ' + document.querySelector('h1')?.textContent)
}, 20)
`)
}

const SHOWN = /the page shows: Hello, \w+/

/** The files of the app that was built for users. @param {string} project @param {string} app */
function resources (project, app) {
  const linux = path.join(project, 'build', process.platform === 'linux' ? 'linux' : '')
  const tree = fs.readdirSync(linux).find((name) => name.startsWith(`${app}_`))
  assert.ok(tree, `${linux} has the app`)
  return path.join(linux, tree, 'opt', app)
}

/** @param {string} files  of an app */
function checkFiles (files) {
  const html = fs.readFileSync(path.join(files, 'index.html'), 'utf8')
  assert.equal(/content="(default-src[^"]*)"/.exec(html)?.[1], POLICY)
  for (const one of ['index.js', 'index.css', 'icon.png']) assert.ok(fs.statSync(path.join(files, one)).size > 100, one)
  assert.match(fs.readFileSync(path.join(files, 'index.js'), 'utf8'), /from\s?"socket:fs\/promises"/)
  assert.equal(fs.existsSync(path.join(files, 'index.js.map')), false)
  // Whoever passes the app on passes on what is inside of the runtime.
  assert.match(fs.readFileSync(path.join(files, NOTICES), 'utf8'), /^tokio \d/m)
}

/** @param {string} out */
function checkTap (out) {
  assert.match(out, /^# pass 3$/m)
  assert.match(out, /^# fail 0$/m)
}

const reason = await obstacle()

test('the release, from a registry', { skip: reason ?? false }, async (t) => {
  t.after(() => local.remove())

  let published = false

  await t.test('every package holds what a user needs, and can be published', async (t) => {
    await local.start()
    const packed = await packAll()
    for (const [kind, file] of Object.entries(packed)) {
      const { name, size, unpackedSize, files } = await contents(file)
      t.diagnostic(`${name}: ${Math.ceil(size / 1024)} KB, ${Math.ceil(unpackedSize / 1024)} KB unpacked`)
      const of = /** @type {keyof typeof MAY_HOLD} */ (kind)
      assert.deepEqual(files.filter((one) => !MAY_HOLD[of].test(one.path)).map((one) => one.path), [], `${name} holds nothing else`)
      assert.ok(size < AT_MOST[of] * 1024, `${name} has ${size} bytes`)
      await local.run(`npm publish --access public '${file}'`)
    }
    const { out: notices } = await local.run(`tar -xzOf '${packed.platform}' package/${NOTICES}`)
    for (const part of [/^tokio \d/m, /^libsodium-sys \d/m, /^readable-stream \d/m, /Permission is hereby granted/]) assert.match(notices, part)
    const { out } = await local.run(`tar -xzOf '${packed.wrapper}' package/types/js/api/fs.d.ts`)
    assert.doesNotMatch(out, /_default|__/, 'the types say what the modules export, and no path of this machine')
    // Of the packages for other systems there are the manifests, by which package managers leave them out.
    for (const target of targets.filter((one) => one !== host)) {
      await local.run('npm publish --access public .', { cwd: path.join(folder, 'npm', target.name) })
    }
    published = true
  })
  // Nothing below would say anything new.
  if (!published) return

  await t.test('npm i -g @socketsupply/socket: the wrapper with the package of this platform alone', async () => {
    await local.run('npm i -g @socketsupply/socket')
    const { out } = await local.run('npm ls --global --all --parseable')
    const installed = out.split('\n').map((line) => path.basename(line)).filter((name) => name.startsWith('socket'))
    assert.ok(host)
    assert.deepEqual(installed.sort(), ['socket', path.basename(packageName(host))])
    assert.match((await local.run('ssc --version')).out, new RegExp(`^v?${version.replaceAll('.', '\\.')}`))
  })

  await t.test('ssc init && ssc build -r', async () => {
    const cwd = local.make('an app/hello')
    await local.run('ssc init', { cwd })
    await local.until('ssc build -r --headless', /\S/, { cwd })
  })

  await t.test('npx create-socket-app react, in an empty directory', async () => {
    const cwd = local.make('my react')
    const { out } = await local.run('npx create-socket-app react', { cwd })
    assert.match(out, /Ready\. Next:\n\n {2}npm start\n/)
  })

  await t.test('npm create socket-app', async () => {
    await local.run('npm create socket-app vanilla "my vanilla"')
  })

  for (const name of names) {
    const cwd = local.path(`my ${name}`)

    await t.test(`${name}: npm run build -- --prod`, async () => {
      if (!fs.existsSync(cwd)) await local.run(`npx create-socket-app ${name} "my ${name}"`)
      await local.run('npm run build -- --prod', { cwd })
      const files = resources(cwd, `my-${name}`)
      checkFiles(files)
      // The executable is the one that was published, and the package says so itself.
      const { out } = await local.run(`ssc audit --verify --json '${files}'`)
      assert.equal(JSON.parse(out).runtime.known, `${version} for ${host?.name}`)
    })

    if (FULL || TESTED.includes(name)) {
      await t.test(`${name}: npm test`, async () => {
        checkTap((await local.run('npm test', { cwd })).out)
      })
    }

    await t.test(`${name}: the build for users shows its page`, async () => {
      speak(cwd)
      await local.until('npm start -- --headless --prod', SHOWN, { cwd })
    })
  }

  await t.test('react-ts: npm run types, with the types of the package', async () => {
    const cwd = local.path('my react-ts')
    await local.run('npm run types', { cwd })
    // It would find nothing wrong where it does not know the modules.
    fs.writeFileSync(path.join(cwd, 'src/wrong.ts'), "import fs from 'socket:fs/promises'\nfs.nothing()\n")
    const { out } = await local.run('npm run types', { cwd, code: WRONG_TYPES })
    assert.match(out, /wrong\.ts.*TS2339/)
    fs.rmSync(path.join(cwd, 'src/wrong.ts'))
  })

  await t.test('@socketsupply/socket-node, as module and with require()', async () => {
    const cwd = local.make('backend')
    fs.writeFileSync(path.join(cwd, 'package.json'), '{}')
    await local.run('npm install @socketsupply/socket-node', { cwd })
    const say = "socket.on('double', ({ data }) => socket.send({ event: 'doubled', value: data * 2 }))\nsocket.send({ event: 'ready' })\n"
    fs.writeFileSync(path.join(cwd, 'index.mjs'), `import socket from '@socketsupply/socket-node'\n${say}`)
    fs.writeFileSync(path.join(cwd, 'index.cjs'), `const socket = require('@socketsupply/socket-node')\n${say}`)
    for (const file of ['index.mjs', 'index.cjs']) {
      // The shell writes what the app would: an event to which the backend listens.
      const { out } = await local.run(`printf 'ipc://process.write?event=double&value=21\\n' | SOCKET_BACKEND=1 node ${file}`, { cwd })
      assert.match(out, /^ipc:\/\/send\?.*event=ready/m)
      assert.match(out, /^ipc:\/\/send\?.*event=doubled.*value=42/m)
    }
  })

  await t.test('an app with a backend in Node', async () => {
    const cwd = local.make('with-backend')
    await local.run('ssc init --name=with-backend', { cwd })
    const change = (/** @type {string} */ file, /** @type {(text: string) => string} */ by) => {
      const text = fs.readFileSync(path.join(cwd, file), 'utf8')
      const changed = by(text)
      assert.notEqual(changed, text, file)
      fs.writeFileSync(path.join(cwd, file), changed)
    }
    change('socket.ini', (text) => text.replace(/^\[linux\]$/m, '[backend]\nautostart = true\n\n[linux]\ncmd = node backend/index.mjs'))
    change('src/index.html', (text) => text.replace('connect-src ', 'connect-src ipc://backend.* '))
    fs.mkdirSync(path.join(cwd, 'src/backend'))
    fs.writeFileSync(path.join(cwd, 'src/backend/package.json'), '{}')
    await local.run('npm install @socketsupply/socket-node', { cwd: path.join(cwd, 'src/backend') })
    fs.writeFileSync(path.join(cwd, 'src/backend/index.mjs'), "import socket from '@socketsupply/socket-node'\nsocket.on('double', ({ data }) => data * 2)\n")
    fs.writeFileSync(path.join(cwd, 'src/index.js'), `import { backend } from 'socket:application'
      console.log('doubled', await backend.request({ event: 'double', value: 21 }))\n`)
    await local.until('ssc build -r --headless --prod', /^doubled 42$/m, { cwd })
  })

  if (FULL) {
    for (const [manager, name, line, test, build] of /** @type {const} */ ([
      ['pnpm', 'svelte', 'pnpm create socket-app svelte by-pnpm', 'pnpm test', 'pnpm run build --prod'],
      ['yarn', 'tonic', 'yarn create socket-app tonic by-yarn', 'yarn -s test', 'yarn build --prod'],
      ['berry', 'react-ts', 'yarn create socket-app react-ts by-berry', 'yarn test', 'yarn build --prod']
    ])) {
      await t.test(`${line}: scaffold, build, test, start`, async () => {
        const cwd = local.path(`by-${manager}`)
        const { out } = await local.run(line, { manager })
        assert.match(out, new RegExp(`installing with ${manager === 'berry' ? 'yarn' : manager}`))
        await local.run(build, { cwd, manager })
        checkFiles(resources(cwd, `by-${manager}`))
        checkTap((await local.run(test, { cwd, manager })).out)
        speak(cwd)
        await local.until(`${manager === 'pnpm' ? 'pnpm' : 'yarn'} start --headless --prod`, SHOWN, { cwd, manager })
        assert.equal(fs.existsSync(path.join(cwd, 'package-lock.json')), false, `${name} was installed by ${manager} alone`)
      })
    }
  }

  await t.test('below a broken package.json', async () => {
    const cwd = local.make('broken')
    fs.writeFileSync(path.join(cwd, 'package.json'), '{ "name": ')
    await local.run(`node '${COMMAND}' vanilla app`, { cwd })
    assert.deepEqual(fs.readdirSync(cwd).sort(), ['app', 'package.json'])
    assert.ok(fs.existsSync(path.join(cwd, 'app/node_modules/esbuild')))
  })

  await t.test('nothing was compiled', () => {
    assert.equal(fs.existsSync(local.compiled), false, fs.existsSync(local.compiled) ? fs.readFileSync(local.compiled, 'utf8') : '')
  })

  await t.test('without the registry: from the cache', async () => {
    await local.stopRegistry()
    const cwd = local.make('offline')
    await local.run('npx --prefer-offline create-socket-app svelte', { cwd })
    await local.run('npm run build', { cwd })
  })

  await t.test('without the registry and without a cache: says so and leaves nothing behind', async () => {
    const cwd = local.make('nowhere')
    const { err } = await local.run(`node '${COMMAND}' vanilla`, {
      cwd,
      code: 1,
      env: { npm_config_cache: local.path('another cache'), npm_config_fetch_retries: '0' }
    })
    assert.match(err, /^error: the registry cannot be reached \(ECONNREFUSED\), and npm has not all packages in its cache:/m)
    assert.match(err, /^fix: check the network/m)
    assert.deepEqual(fs.readdirSync(cwd), [])
  })
})
