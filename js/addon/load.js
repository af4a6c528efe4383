/**
 * Finds the native parts for this machine: the addon, and the runtime executable that apps are made with.
 * They come from the platform package that npm chose by `optionalDependencies`; in a checkout of the
 * repository they are what cargo built last. On the path of every `ssc` call, so it imports only what Node
 * has loaded already.
 */
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)

/** The folder of `@socketsupply/socket` itself. */
export const prefix = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

const OS = `${process.platform}-${process.arch}`
const MUSL = `${OS}-musl`

/** Whether this Linux has another C library than glibc, as Alpine does. Takes milliseconds. */
export function musl () {
  if (process.platform !== 'linux') return false
  const report = /** @type {any} */ (process.report?.getReport())
  return report?.header !== undefined && report.header.glibcVersionRuntime === undefined
}

/** The platform as the package names say it. */
export const platform = () => musl() ? MUSL : OS

/**
 * @typedef {object} Parts
 * @property {string} addon             the library that Node loads
 * @property {string | null} runtime    the runtime executable
 * @property {string | null} version    of the platform package; null for a checkout
 */

/**
 * @param {string} platform
 * @returns {Parts | null}
 */
function fromPackage (platform) {
  try {
    const manifest = require.resolve(`@socketsupply/socket-${platform}/package.json`)
    const folder = path.dirname(manifest)
    const runtime = process.platform === 'win32' ? 'socket-runtime.exe' : 'socket-runtime'
    return {
      addon: path.join(folder, 'socket.node'),
      runtime: path.join(folder, 'bin', runtime),
      version: require(manifest).version
    }
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'MODULE_NOT_FOUND') throw error
    return null
  }
}

/**
 * The newest of the files that are there.
 *
 * @param {string[]} files
 */
function newest (files) {
  const time = (/** @type {string} */ file) => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
  const [best] = files.sort((a, b) => time(b) - time(a))
  return time(best) > 0 ? best : null
}

/** @returns {Parts | null} */
function fromCheckout () {
  if (!fs.existsSync(path.join(prefix, 'native', 'addon', 'Cargo.toml'))) return null
  const target = path.resolve(prefix, process.env.CARGO_TARGET_DIR || 'target')
  const library = { win32: 'socket_addon.dll', darwin: 'libsocket_addon.dylib' }[
    /** @type {string} */ (process.platform)] ?? 'libsocket_addon.so'
  const executable = process.platform === 'win32' ? 'socket-runtime.exe' : 'socket-runtime'
  const addon = newest(['addon', 'debug'].map((profile) => path.join(target, profile, library)))
  if (addon === null) return null
  const runtime = newest(['release', 'debug'].map((profile) => path.join(target, profile, executable)))
  return { addon, runtime, version: null }
}

/**
 * The native parts of this machine, or null where they are not installed.
 *
 * @returns {Parts | null}
 */
export function find () {
  const found = fromPackage(OS)
  // Package managers that know nothing of C libraries install the packages for both. The report is asked only then.
  const other = process.platform === 'linux' ? fromPackage(MUSL) : null
  if (other === null) return found ?? fromCheckout()
  return (musl() ? other : found) ?? fromCheckout()
}

/**
 * Loads the addon into this process.
 *
 * @param {string} file
 * @returns {import('./index.js').Addon}
 */
export function load (file) {
  const module = { exports: {} }
  // Not require(): a library built in the checkout does not end in `.node`.
  process.dlopen(/** @type {NodeJS.Module} */ (module), file)
  return /** @type {import('./index.js').Addon} */ (module.exports)
}
