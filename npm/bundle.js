/**
 * How an npm package becomes part of a `socket:` module: its own dependencies on Node's modules are
 * answered by ours, so that an app holds one Buffer and one EventEmitter. Packaging (modules.js) and the
 * tests' loader (test/hooks.js) share these options, so the tests run what is shipped.
 */
import { readFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)

/** Node's modules that packages ask for, by the module that answers. */
const ANSWERS = new Map([
  ['buffer', 'socket:buffer'],
  ['events', 'socket:events'],
  ['process', 'socket:internal/tick'],
  ['stream', 'socket:stream'],
  ['string_decoder', 'socket:string_decoder'],
  ['util', 'socket:util']
])

/** Substitutes for what every engine we run on has; never reached. */
const NOT_NEEDED = new Set(['abort-controller'])

/**
 * What Node 20 does and the stream package, made of an earlier one, does not. Each must be found as often as it says.
 *
 * @type {[file: string, count: number, found: string, instead: string][]}
 */
const PATCHES = [
  ['writable.js', 1, 'else if (Stream._isUint8Array(chunk))', 'else if (ArrayBuffer.isView(chunk))'],
  ['writable.js', 1, "['string', 'Buffer', 'Uint8Array']", "['string', 'Buffer', 'TypedArray', 'DataView']"],
  ['readable.js', 1, 'else if (Stream._isUint8Array(chunk))', 'else if (ArrayBuffer.isView(chunk))'],
  ['readable.js', 1, "['string', 'Buffer', 'Uint8Array']", "['string', 'Buffer', 'TypedArray', 'DataView']"],
  ['writable.js', 1, "this.defaultEncoding = (options && options.defaultEncoding) || 'utf8'",
    "this.defaultEncoding = options?.defaultEncoding ?? 'utf8'\n  if (!Buffer.isEncoding(this.defaultEncoding)) throw new ERR_UNKNOWN_ENCODING(this.defaultEncoding)"]
]

/** @param {string} file @returns {string} the text of a file of the stream package */
function patched (file) {
  let text = readFileSync(file, 'utf8')
  for (const [name, count, found, instead] of PATCHES) {
    if (!file.endsWith(`streams${sep}${name}`)) continue
    const parts = text.split(found)
    if (parts.length !== count + 1) throw new Error(`${file} has ${found} ${parts.length - 1} times, not ${count}: see PATCHES in npm/bundle.js`)
    text = parts.join(instead)
  }
  return text
}

/** Leaves `socket:*` to the runtime and sends a package's `require('events')` to `socket:events`. */
export const answers = {
  name: 'answers',
  /** @param {import('esbuild').PluginBuild} build */
  setup (build) {
    build.onResolve({ filter: /^socket:/ }, ({ path }) => ({ path, external: true }))
    // The stream package's own errors are older than Node 20's words.
    build.onResolve({ filter: /(ours|\.)\/errors$/ }, ({ importer }) =>
      /[\\/]readable-stream[\\/]/.test(importer) ? { path: 'socket:internal/stream-errors', namespace: 'answer' } : undefined)
    build.onResolve({ filter: /^[a-z_:-]+\/?$/ }, ({ path, kind, importer }) => {
      const name = path.replace(/^node:/, '').replace(/\/$/, '')
      if (NOT_NEEDED.has(name)) return { path: name, namespace: 'empty' }
      const answer = ANSWERS.get(name)
      if (answer && importer.includes('node_modules')) {
        // A require of an external module cannot be an ES import, a require of a module that re-exports it can.
        return kind === 'require-call' ? { path: answer, namespace: 'answer' } : { path: answer, external: true }
      }
      if (!answer && isBuiltin(path) && !packageExists(name)) {
        return { errors: [{ text: `${importer} needs Node's "${name}", which no socket: module answers. Add it to ANSWERS in npm/bundle.js.` }] }
      }
    })
    build.onLoad({ filter: /readable-stream[\\/]lib[\\/]internal[\\/]streams[\\/].*\.js$/ }, ({ path }) => ({ contents: patched(path) }))
    build.onLoad({ filter: /.*/, namespace: 'answer' }, ({ path }) => ({ contents: `export * from '${path}'` }))
    build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: '' }))
  }
}

/** @param {string} name */
function packageExists (name) {
  try {
    require.resolve(`${name}/`)
    return true
  } catch {
    return false
  }
}

/** @type {import('esbuild').BuildOptions} */
export const options = {
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['browser', 'module', 'main'],
  // What WebKitGTK 2.44, Safari 17 and Chromium 120 understand.
  target: ['safari17', 'chrome120'],
  // Class names are seen: in printed objects and in error messages.
  keepNames: true,
  charset: 'utf8',
  legalComments: 'none',
  define: { 'process.env.READABLE_STREAM': 'undefined', global: 'globalThis' },
  logLevel: 'silent',
  plugins: [answers]
}

/** Takes `socket:` modules in instead of leaving them outside. */
const inside = {
  name: 'inside',
  /** @param {import('esbuild').PluginBuild} build */
  setup (build) {
    build.onResolve({ filter: /^socket:/ }, ({ path, kind }) => {
      // What is imported when it is needed is imported from the runtime.
      if (kind === 'dynamic-import') return { path, external: true }
      const name = path.slice('socket:'.length)
      return { path: fileURLToPath(new URL(name.startsWith('internal/') ? `../js/${name}.js` : `../js/api/${name}.js`, import.meta.url)) }
    })
  }
}

/** The script that runs before a page's own: a classic one, which can import nothing. @type {import('esbuild').BuildOptions} */
export const preload = { ...options, format: 'iife', minify: true, plugins: [inside, answers] }
