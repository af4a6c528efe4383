/**
 * Every platform that has an npm package, said once: `build.js` makes the package folders and the wrapper's
 * optionalDependencies from it, `js/addon/load.js` finds the package of the machine by the same name.
 *
 * @typedef {object} Target
 * @property {string} name     `<os>-<cpu>` as Node says it; the package is `@socketsupply/socket-<name>`
 * @property {string} triple   what rustc calls it
 * @property {string} os       npm's `os`
 * @property {string} cpu      npm's `cpu`
 * @property {string} [libc]   npm's `libc`, where the platform has more than one
 * @property {string} runtime  file name of the runtime executable, in `bin/`
 * @property {string} library  what cargo calls the addon; it is shipped as `socket.node`
 */

/** @type {Target[]} */
export const targets = [
  {
    name: 'linux-x64',
    triple: 'x86_64-unknown-linux-gnu',
    os: 'linux',
    cpu: 'x64',
    libc: 'glibc',
    runtime: 'socket-runtime',
    library: 'libsocket_addon.so'
  },
  {
    name: 'linux-arm64',
    triple: 'aarch64-unknown-linux-gnu',
    os: 'linux',
    cpu: 'arm64',
    libc: 'glibc',
    runtime: 'socket-runtime',
    library: 'libsocket_addon.so'
  },
  {
    name: 'darwin-x64',
    triple: 'x86_64-apple-darwin',
    os: 'darwin',
    cpu: 'x64',
    runtime: 'socket-runtime',
    library: 'libsocket_addon.dylib'
  },
  {
    name: 'darwin-arm64',
    triple: 'aarch64-apple-darwin',
    os: 'darwin',
    cpu: 'arm64',
    runtime: 'socket-runtime',
    library: 'libsocket_addon.dylib'
  },
  {
    name: 'win32-x64',
    triple: 'x86_64-pc-windows-msvc',
    os: 'win32',
    cpu: 'x64',
    runtime: 'socket-runtime.exe',
    library: 'socket_addon.dll'
  }
]

/** The folder of the checkout, which every script works from. */
export const root = new URL('..', import.meta.url)

/** The target of the machine that runs this, or undefined where there is none. */
export const host = targets.find(({ name }) => name === `${process.platform}-${process.arch}`)

/** @param {Target} target */
export const packageName = (target) => `@socketsupply/socket-${target.name}`
