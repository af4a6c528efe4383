/**
 * Makes js/dist from js/api and js/internal: each `socket:` module one file, with the npm packages it uses inside
 * and every other `socket:` module left outside. The runtime embeds js/dist.
 *
 *   node npm/modules.js            builds what changed and prints sizes
 *   node npm/modules.js --types    also writes js/dist/types
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const root = fileURLToPath(new URL('../', import.meta.url))
const js = join(root, 'js')
const dist = join(js, 'dist')

/** Modules that have no file, because native code makes them for each page. */
const NATIVE = new Set(['socket:internal/args'])
/** Runs before a page's own scripts, and not as a module. */
const PRELOAD = 'internal/preload.js'

/** @param {string} folder @param {RegExp} [pattern] @returns {Promise<string[]>} */
async function files (folder, pattern = /\.js$/) {
  if (!existsSync(folder)) return []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name)).sort()
}

/** The specifier of a source file: js/api/fs/promises.js → socket:fs/promises @param {string} path relative to js */
function specifier (path) {
  return 'socket:' + path.split(sep).join('/').replace(/^api\//, '').replace(/\.js$/, '')
}

/** Everything the result depends on. @param {string[]} sources */
async function fingerprint (sources) {
  const hash = createHash('sha256')
  const inputs = [...sources, join(root, 'npm/modules.js'), join(root, 'npm/bundle.js'), join(root, 'package-lock.json')]
  for (const file of inputs) hash.update(relative(root, file)).update('\0').update(await readFile(file)).update('\0')
  return hash.digest('hex')
}

/** Imports between our modules that no file answers. @param {string[]} sources */
async function missing (sources) {
  const known = new Set([...NATIVE, ...sources.map((file) => specifier(relative(js, file)))])
  const problems = []
  for (const file of sources) {
    const text = await readFile(file, 'utf8')
    for (const [, name] of text.matchAll(/^(?:import|export)\b[^'"`;]*?['"](socket:[^'"]+)['"]/gm)) {
      if (!known.has(name)) problems.push(`${relative(root, file)} imports ${name}, which is not there. Add js/${name.slice(7).startsWith('internal/') ? '' : 'api/'}${name.slice(7)}.js or correct the name.`)
    }
    const [own] = text.match(/^(?:import|export)\b[^'"`;]*?['"]\.{1,2}\/[^'"]*['"]/m) ?? []
    if (own) problems.push(`${relative(root, file)} imports relatively (${own.trim()}). A WebView cannot resolve that from a socket: module: use its socket: name.`)
  }
  return problems
}

/** @param {string[]} sources */
async function build (sources) {
  const esbuild = await import('esbuild')
  const { options, preload } = await import('./bundle.js')
  const modules = sources.filter((file) => relative(js, file) !== join(PRELOAD))
  const results = await Promise.all([
    esbuild.build({ ...options, entryPoints: modules, outbase: js, outdir: dist, minify: true, write: false }),
    esbuild.build({ ...preload, entryPoints: [join(js, PRELOAD)], outfile: join(dist, 'preload.js'), write: false })
  ])
  return results.flatMap((result) => result.outputFiles ?? [])
}

/** Replaces the earlier result at once, so that a build beside this one never reads half of it. @param {{ path: string, contents: Uint8Array }[]} outputs */
async function install (outputs) {
  const wanted = new Set(outputs.map(({ path }) => path))
  for (const old of [...await files(join(dist, 'api')), ...await files(join(dist, 'internal'))]) if (!wanted.has(old)) await rm(old)
  for (const { path, contents } of outputs) {
    if (existsSync(path) && Buffer.compare(await readFile(path), contents) === 0) continue
    await mkdir(dirname(path), { recursive: true })
    await writeFile(`${path}.${process.pid}`, contents)
    await rename(`${path}.${process.pid}`, path)
  }
}

/** @param {{ path: string, contents: Uint8Array }[]} outputs */
function report (outputs) {
  let [total, packed] = [0, 0]
  for (const { path, contents } of outputs.sort((a, b) => a.path < b.path ? -1 : 1)) {
    const gzip = gzipSync(contents, { level: 9 }).length
    total += contents.length
    packed += gzip
    console.log(`${String(contents.length).padStart(8)} ${String(gzip).padStart(7)} gz  ${relative(dist, path)}`)
  }
  console.log(`${String(total).padStart(8)} ${String(packed).padStart(7)} gz  ${outputs.length} files in js/dist`)
}

/** Declarations for editors and TypeScript users. */
async function types () {
  // Those written by hand or generated from Rust, which tsc reads but does not write.
  for (const file of await files(join(js, 'internal'), /\.d\.ts$/)) {
    const target = join(dist, 'types', relative(root, file))
    await mkdir(dirname(target), { recursive: true })
    await copyFile(file, target)
  }
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.types.json')], { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error('The type declarations could not be made: see the errors of tsc above.')
  for (const file of await files(join(dist, 'types'), /\.d\.ts$/)) {
    const text = await readFile(file, 'utf8')
    const right = declarations(text)
    if (right !== text) await writeFile(file, right)
  }
}

/**
 * Of a module that is its own default export tsc says another name, and adds an empty namespace that is named after the
 * path on this machine.
 *
 * @param {string} text
 */
const declarations = (text) => text
  .replace(/^export \* as _default from /gm, 'export * as default from ')
  .replace(/^declare namespace _\w+_ \{ \}\n/gm, '')

async function main () {
  const sources = [...await files(join(js, 'api')), ...await files(join(js, 'internal'))]
  const mark = join(dist, '.fingerprint')
  const now = await fingerprint(sources)
  const before = existsSync(mark) ? await readFile(mark, 'utf8') : ''
  if (before === now) {
    console.log('js/dist is up to date')
  } else {
    const problems = await missing(sources)
    if (problems.length > 0) throw new Error(problems.join('\n'))
    const outputs = await build(sources)
    await install(outputs)
    report(outputs)
    await writeFile(mark, now)
  }
  if (process.argv.includes('--types')) {
    const stamp = join(dist, 'types', '.fingerprint')
    if (!existsSync(stamp) || await readFile(stamp, 'utf8') !== now) {
      await types()
      await mkdir(dirname(stamp), { recursive: true })
      await writeFile(stamp, now)
    }
  }
}

try {
  await main()
} catch (error) {
  console.error(/** @type {Error} */ (error).message)
  process.exitCode = 1
}
