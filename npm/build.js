/**
 * The npm packages, made from `targets.js`.
 *
 *     node npm/build.js            writes npm/<target>/package.json for every target
 *     node npm/build.js --check    fails when one of them is stale
 *     node npm/build.js --native   builds the runtime and the addon for this machine
 *     node npm/build.js --pack     packs the wrapper, this machine's platform package, create-socket-app and
 *                                  the backend helper into dist/
 *
 * The wrapper's `optionalDependencies` are written into the packed manifest only: in the checkout's own
 * package.json they would make `npm ci` ask a registry for packages of a version that is not published yet.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { licences } from './licences.js'
import { exec, folder, isMain, main, step, StepError, targetFolder } from './steps.js'
import { host, packageName, targets } from './targets.js'
import { npm } from './setup.js'

/** @typedef {import('./targets.js').Target} Target */

/** Where packed packages go. */
export const dist = path.join(folder, 'dist')

/** What the wrapper consists of, beside its manifest and the types. */
const WRAPPER = ['bin/ssc.js', 'js/addon', 'README.md', 'LICENSE']

/** What is inside of the platform packages, by whom and under what terms. */
export const NOTICES = 'THIRD-PARTY-LICENSES'

/** @returns {Promise<any>} */
const readManifest = async () => JSON.parse(await fs.readFile(path.join(folder, 'package.json'), 'utf8'))

/** What a platform package says about its executable; `ssc audit --verify` reads it. */
const HASHES = 'hashes.json'

const json = (/** @type {unknown} */ value) => `${JSON.stringify(value, null, 2)}\n`

/**
 * @param {Target} target
 * @param {{ version: string, license: string, repository: object }} wrapper
 */
const platformManifest = (target, { version, license, repository }) => ({
  name: packageName(target),
  version,
  description: `Socket Runtime for ${target.name}: the runtime executable and the Node addon`,
  license,
  // Published with provenance, which names the place that it was built from.
  repository,
  os: [target.os],
  cpu: [target.cpu],
  ...(target.libc ? { libc: [target.libc] } : {}),
  files: [`bin/${target.runtime}`, 'socket.node', HASHES, NOTICES],
  // Yarn must lay the executable on the disk instead of leaving it in an archive.
  preferUnplugged: true
})

/**
 * The manifest as it is published: without what only the checkout needs, with the platform packages in
 * exactly its own version.
 *
 * @param {any} manifest
 */
const wrapperManifest = ({ private: _, scripts, devDependencies, overrides, workspaces, ...rest }) => ({
  ...rest,
  optionalDependencies: Object.fromEntries(targets.map((target) => [packageName(target), rest.version]))
})

/** @returns {Promise<{ file: string, text: string, stale: boolean }[]>} */
async function manifests () {
  const wrapper = await readManifest()
  return Promise.all(targets.map(async (target) => {
    const file = path.join('npm', target.name, 'package.json')
    const text = json(platformManifest(target, wrapper))
    const old = await fs.readFile(path.join(folder, file), 'utf8').catch(() => '')
    return { file, text, stale: old !== text }
  }))
}

/** Fails when a generated manifest, or the version of the Rust crates, is not what the table says. */
export async function check () {
  const stale = (await manifests()).filter((one) => one.stale).map(({ file }) => file)
  if (stale.length > 0) {
    throw new StepError(`stale: ${stale.join(', ')}`, { hint: 'run `node npm/build.js` and commit the result' })
  }
  const { version } = await readManifest()
  for (const where of ['create-socket-app', 'js/node']) {
    const { version: own } = JSON.parse(await fs.readFile(path.join(folder, where, 'package.json'), 'utf8'))
    if (own !== version) throw new StepError(`${where}/package.json is version ${own}, package.json is ${version}`, { hint: 'give both the same version' })
  }
  const cargo = await fs.readFile(path.join(folder, 'Cargo.toml'), 'utf8')
  const crates = /\[workspace\.package\][^[]*?^version = "([^"]+)"/ms.exec(cargo)?.[1]
  if (crates !== version) {
    throw new StepError(`package.json is version ${version}, Cargo.toml is ${crates}`, {
      hint: 'give both the same version'
    })
  }
}

async function write () {
  for (const { file, text, stale } of await manifests()) {
    if (!stale) continue
    await fs.mkdir(path.dirname(path.join(folder, file)), { recursive: true })
    await fs.writeFile(path.join(folder, file), text)
    console.log(`wrote ${file}`)
  }
}

const HINT = 'what the compiler said is above'

/** Builds the runtime executable in release. It embeds the JavaScript modules, so they come first. */
export const buildRuntime = () =>
  exec('cargo', ['build', '--release', '--locked', '-p', 'socket-runtime'], { hint: HINT })

/** Builds the addon in its release profile. */
export const buildAddon = () =>
  exec('cargo', ['build', '--profile', 'addon', '--locked', '-p', 'socket-addon'], { hint: HINT })

/** Bundles the JavaScript modules. */
export const buildModules = () => exec(process.execPath, ['npm/modules.js'], { hint: HINT })

/** Everything that is compiled for this machine, as named steps. */
export async function buildNative () {
  await step('build: JavaScript modules', async () => { await buildModules() })
  await step('build: runtime', async () => { await buildRuntime() })
  await step('build: addon', async () => { await buildAddon() })
}

/** The target of this machine. */
export function hostTarget () {
  if (host !== undefined) return host
  throw new StepError(`there is no target for ${process.platform}-${process.arch}`, {
    hint: 'add a row to npm/targets.js'
  })
}

/**
 * Lays out one package and packs it.
 *
 * @param {any} manifest
 * @param {[from: string, to: string][]} files
 * @param {Record<string, string>} [texts]  further files, by their text
 * @returns {Promise<string>} the .tgz
 */
async function pack (manifest, files, texts = {}) {
  const stage = await fs.mkdtemp(path.join(os.tmpdir(), 'socket-pack-'))
  try {
    for (const [from, to] of files) {
      const place = path.join(stage, to)
      await fs.mkdir(path.dirname(place), { recursive: true })
      // Hidden ones are our own tools' notes.
      const filter = (/** @type {string} */ name) => !path.basename(name).startsWith('.')
      await fs.cp(from, place, { recursive: true, filter }).catch((error) => {
        throw new StepError(`cannot pack ${manifest.name}: ${error.message}`, {
          hint: 'run `node npm/build.js --native` first'
        })
      })
    }
    for (const [name, text] of Object.entries({ 'package.json': json(manifest), ...texts })) await fs.writeFile(path.join(stage, name), text)
    await fs.mkdir(dist, { recursive: true })
    const { stdout } = await exec(npm, ['pack', '--json', '--pack-destination', dist], { cwd: stage })
    return path.join(dist, JSON.parse(stdout)[0].filename)
  } finally {
    await fs.rm(stage, { recursive: true, force: true })
  }
}

/**
 * How a user's TypeScript finds the modules: `"extends": "@socketsupply/socket/types/tsconfig.json"`.
 */
const TYPES = {
  compilerOptions: {
    paths: {
      'socket:internal/args': ['./test/args.d.ts'],
      'socket:internal/*': ['./js/internal/*'],
      'socket:*': ['./js/api/*']
    }
  }
}

/**
 * @param {{ types?: boolean }} [options]  without `types` it is packed in a moment, for trying it out
 * @returns {Promise<string>} the wrapper's .tgz
 */
export async function packWrapper ({ types = true } = {}) {
  const manifest = wrapperManifest(await readManifest())
  /** @type {[from: string, to: string][]} */
  const files = WRAPPER.map((name) => [path.join(folder, name), name])
  if (types) {
    await exec(process.execPath, ['npm/modules.js', '--types'], { hint: HINT })
    const emitted = path.join(folder, 'js/dist/types')
    await fs.writeFile(path.join(emitted, 'tsconfig.json'), json(TYPES))
    files.push([emitted, 'types'])
  }
  return pack(manifest, files)
}

/**
 * @param {Target} target
 * @param {string} release
 * @param {string} runtime
 */
async function hashes (target, release, runtime) {
  const bytes = await fs.readFile(runtime).catch((error) => {
    throw new StepError(`cannot pack ${packageName(target)}: ${error.message}`, { hint: 'run `node npm/build.js --native` first' })
  })
  return json({ version: 1, release, runtimes: { [target.name]: createHash('sha256').update(bytes).digest('hex') } })
}

/** @returns {Promise<string>} the .tgz of this machine's platform package */
export async function packPlatform () {
  const target = hostTarget()
  const wrapper = await readManifest()
  const runtime = path.join(targetFolder, 'release', target.runtime)
  return pack(platformManifest(target, wrapper), [
    [path.join(folder, 'LICENSE'), 'LICENSE'],
    [runtime, `bin/${target.runtime}`],
    [path.join(targetFolder, 'addon', target.library), 'socket.node']
  ], { [HASHES]: await hashes(target, wrapper.version, runtime), [NOTICES]: await licences(target.triple) })
}

/** The files of `ssc init` that create-socket-app takes, too. */
const INIT = ['socket.ini', 'icon.png', 'gitignore']

/** @param {string} where  the folder of a package in the checkout, with its manifest */
async function folderManifest (where) {
  const manifest = JSON.parse(await fs.readFile(path.join(folder, where, 'package.json'), 'utf8'))
  return { ...manifest, version: (await readManifest()).version }
}

/** @returns {Promise<string>} the .tgz of create-socket-app, with the templates inside */
export async function packCreate () {
  const from = (/** @type {string[]} */ ...parts) => path.join(folder, ...parts)
  return pack(await folderManifest('create-socket-app'), [
    ...['index.js', 'lib'].map((name) => /** @type {[string, string]} */ ([from('create-socket-app', name), name])),
    [from('templates'), 'templates'],
    ...INIT.map((name) => /** @type {[string, string]} */ ([from('native/cli/src/commands/init', name), `templates/_shared/init/${name}`])),
    [from('LICENSE'), 'LICENSE'],
    [from('docs/create-socket-app.md'), 'README.md']
  ])
}

/** @returns {Promise<string>} the .tgz of the backend helper */
export async function packBackend () {
  const from = (/** @type {string[]} */ ...parts) => path.join(folder, ...parts)
  return pack(await folderManifest('js/node'), [
    ...['index.cjs', 'index.mjs', 'index.d.ts', 'lib'].map((name) => /** @type {[string, string]} */ ([from('js/node', name), name])),
    [from('LICENSE'), 'LICENSE'],
    [from('docs/backend-protocol.md'), 'README.md']
  ])
}

/**
 * What is in a packed package, and how large it is.
 *
 * @param {string} file  the .tgz
 * @returns {Promise<{ name: string, size: number, unpackedSize: number, files: { path: string, size: number }[] }>}
 *   sizes in bytes
 */
export async function contents (file) {
  const { stdout } = await exec(npm, ['pack', '--dry-run', '--json', file])
  return JSON.parse(stdout)[0]
}

/** @param {string} file */
async function summary (file) {
  const { size, unpackedSize, files } = await contents(file)
  const kb = (/** @type {number} */ bytes) => `${Math.ceil(bytes / 1024)} KB`
  return `    ${path.relative(folder, file)}: ${kb(size)}, ${kb(unpackedSize)} unpacked, ${files.length} files`
}

/**
 * Packs every package, as named steps.
 *
 * @param {{ types?: boolean }} [options]
 */
export async function packAll (options) {
  const platform = await step('pack: platform package', packPlatform)
  const wrapper = await step('pack: wrapper', () => packWrapper(options))
  const create = await step('pack: create-socket-app', packCreate)
  const backend = await step('pack: backend helper', packBackend)
  console.log((await Promise.all([platform, wrapper, create, backend].map(summary))).join('\n'))
  return { platform, wrapper, create, backend }
}

if (isMain(import.meta.url)) {
  const [option] = process.argv.slice(2)
  const work = { '--check': check, '--native': buildNative, '--pack': async () => { await packAll() } }
  if (option !== undefined && !(option in work)) {
    console.error(`unknown option ${option}; there are ${Object.keys(work).join(', ')}`)
    process.exitCode = 2
  } else {
    await main(option === undefined ? write : work[/** @type {keyof typeof work} */ (option)])
  }
}
