/**
 * Says in plain words why the native parts are not there, and what to do. Loaded only when they are not.
 */
import fs from 'node:fs'
import path from 'node:path'

import { musl, platform as here, prefix } from './load.js'

const INSTALL = 'npm install @socketsupply/socket'

/** The native parts cannot be used: `message` says why and `hint` what to do. */
export class PlatformError extends Error {
  /**
   * @param {string} message
   * @param {string} hint
   * @param {string} code
   */
  constructor (message, hint, code) {
    super(message)
    this.name = 'PlatformError'
    this.hint = hint
    this.code = code
  }
}

/** @returns {string[]} the platforms that this release has packages for */
function supported () {
  const manifest = JSON.parse(fs.readFileSync(path.join(prefix, 'package.json'), 'utf8'))
  return Object.keys(manifest.optionalDependencies ?? {})
    .map((name) => name.replace('@socketsupply/socket-', ''))
}

/** @returns {string[]} the platforms whose packages lie beside this one */
function installed () {
  const scopes = [path.join(prefix, '..'), path.join(prefix, 'node_modules', '@socketsupply')]
  return scopes
    .filter((scope) => path.basename(scope) === '@socketsupply' && fs.existsSync(scope))
    .flatMap((scope) => fs.readdirSync(scope))
    .filter((name) => /^socket-(linux|darwin|win32)-\w+(-musl)?$/.test(name))
    .map((name) => name.replace('socket-', ''))
}

/** The error for: no platform package, and no build in a checkout either. */
export function missing () {
  if (fs.existsSync(path.join(prefix, 'native', 'addon', 'Cargo.toml'))) {
    return new PlatformError(
      'this checkout has no build of the addon yet',
      'run `node npm/build.js --native`, or `npm start`, which builds everything',
      'ERR_SOCKET_NOT_BUILT')
  }
  const known = supported()
  const platform = here()
  if (musl() && !known.includes(platform) && known.includes(platform.replace(/-musl$/, ''))) {
    return new PlatformError(
      `Socket Runtime for ${process.platform}-${process.arch} needs glibc, and this Linux uses another C library (musl, as Alpine does)`,
      'use a distribution with glibc, such as Debian, Ubuntu, Fedora or Arch',
      'ERR_SOCKET_LIBC')
  }
  if (!known.includes(platform)) {
    return new PlatformError(
      `there is no Socket Runtime for ${platform}`,
      `this release supports ${known.join(', ')}`,
      'ERR_SOCKET_PLATFORM')
  }
  const others = installed()
  const name = `@socketsupply/socket-${platform}`
  if (others.length > 0) {
    return new PlatformError(
      `the package ${name} is not installed, but the one for ${others.join(', ')} is: ` +
      'node_modules was made on another system and copied here',
      `delete node_modules and run \`${INSTALL}\` on this machine`,
      'ERR_SOCKET_OTHER_PLATFORM')
  }
  return new PlatformError(
    `the package ${name} is not installed: npm was told to leave out optional dependencies ` +
    '(`--omit=optional`, `--no-optional`, or `omit` in .npmrc), or could not fetch it',
    `run \`${INSTALL} --include=optional\` (with -g if ssc is installed globally)`,
    'ERR_SOCKET_PLATFORM_PACKAGE')
}

/**
 * The error for: wrapper and platform package are of different releases.
 *
 * @param {string} wanted
 * @param {string} found
 */
export function mismatch (wanted, found) {
  return new PlatformError(
    `@socketsupply/socket is ${wanted}, but @socketsupply/socket-${here()} beside it is ${found}`,
    `run \`${INSTALL}@${wanted}\`, which installs both in the same version`,
    'ERR_SOCKET_VERSION')
}

/**
 * The error for: the addon is there and the system's loader refuses it.
 *
 * @param {string} file
 * @param {Error} cause
 */
export function unloadable (file, cause) {
  // Of the package for glibc the loader says only which of its libraries are not there.
  if (musl() && !file.includes(here())) return missing()
  const reason = cause.message.split('\n')[0].replace(`${file}: `, '')
  const old = /GLIBC_[\d.]+/.exec(reason)
  const error = new PlatformError(
    `cannot load ${file}: ${reason}`,
    old !== null
      ? `this system's C library is older than ${old[0]}; update the system`
      : `delete node_modules and run \`${INSTALL}\` again; the file may be cut short or for another system`,
    'ERR_SOCKET_ADDON')
  error.cause = cause
  return error
}
