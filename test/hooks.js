/**
 * The loader behind register.js. `socket:fs/promises` is js/api/fs/promises.js, and the npm packages inside
 * a module are bundled as packaging bundles them, so a test sees the classes an app sees.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createRequire } from 'node:module'

const root = new URL('../', import.meta.url)
const require = createRequire(import.meta.url)

/** Modules that native code provides in an app. */
const STAND_INS = new Map([
  ['socket:internal/transport', new URL('test/headless.js', root)],
  ['socket:internal/args', new URL('test/args.js', root)]
])

/** @param {string} specifier */
function source (specifier) {
  const name = specifier.slice('socket:'.length)
  return STAND_INS.get(specifier) ?? new URL(name.startsWith('internal/') ? `js/${name}.js` : `js/api/${name}.js`, root)
}

/** @type {import('node:module').ResolveHook} */
export async function resolve (specifier, context, next) {
  if (specifier.startsWith('socket:')) {
    const url = source(specifier)
    if (!existsSync(url)) {
      throw Object.assign(new Error(`There is no module ${specifier} (looked for ${url.pathname}), imported from ${context.parentURL}`), { code: 'ERR_MODULE_NOT_FOUND' })
    }
    return { url: url.href, format: 'module', shortCircuit: true }
  }
  const inModule = context.parentURL?.startsWith(new URL('js/', root).href)
  if (inModule && /^[a-z@]/.test(specifier) && !specifier.includes(':')) {
    return { url: `socket-package:${specifier}`, format: 'module', shortCircuit: true }
  }
  return next(specifier, context)
}

/** @type {import('node:module').LoadHook} */
export async function load (url, context, next) {
  if (!url.startsWith('socket-package:')) return next(url, context)
  return { format: 'module', source: await bundle(url.slice('socket-package:'.length)), shortCircuit: true }
}

/**
 * Bundling a package takes a good part of a second on a busy machine and every test file needs it, so the result is kept.
 * @param {string} name
 */
async function bundle (name) {
  const hash = createHash('sha256')
  for (const file of [new URL('npm/bundle.js', root), new URL('package-lock.json', root)]) hash.update(await readFile(file))
  const kept = new URL(`js/dist/packages/${name.replaceAll('/', '+')}-${hash.digest('hex').slice(0, 16)}.js`, root)
  if (existsSync(kept)) return readFile(kept, 'utf8')
  const { build } = await import('esbuild')
  const { options } = await import('../npm/bundle.js')
  // A CommonJS package has no named exports that an `export *` could see: read them from the package itself.
  const names = Object.keys(require(name)).filter((key) => /^[A-Za-z_$][\w$]*$/.test(key) && key !== 'default')
  const { outputFiles } = await build({
    ...options,
    stdin: {
      // Packages of ES modules have no default export.
      contents: `import * as module from '${name}'\nconst all = 'default' in module ? module['default'] : module\nexport default all\n${names.map((key) => `const ${key}$ = all.${key}\nexport { ${key}$ as ${key} }`).join('\n')}`,
      resolveDir: new URL('.', root).pathname
    },
    write: false
  })
  await mkdir(dirname(kept.pathname), { recursive: true })
  const earlier = (await readdir(dirname(kept.pathname))).filter((file) => file.startsWith(`${name.replaceAll('/', '+')}-`) && file.endsWith('.js'))
  await Promise.all(earlier.map((file) => rm(new URL(file, kept), { force: true })))
  // Several test files may bundle at once: each writes its own file and the last rename wins.
  const draft = new URL(`${kept.href}.${process.pid}`)
  await writeFile(draft, outputFiles[0].text)
  await rename(draft, kept)
  return outputFiles[0].text
}
