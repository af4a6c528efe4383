import { platform } from '../js/addon/load.js'

/**
 * Every platform that has an npm package, said once: `build.js` makes the package folders and the wrapper's
 * optionalDependencies from it, `js/addon/load.js` finds the package of the machine by the same name.
 *
 * `builtOn` is the machine that a release's package is made on: each is built and linked on its own system, because
 * the WebView's headers are there; `.github/workflows/release.yml` names the same. `checked` says what stands behind it on every change: `run` is built and run by
 * `npm test`, `types` is type-checked by `npm run check:targets`, `release` is first compiled when a release is made.
 *
 * @typedef {object} Target
 * @property {string} name     `<os>-<cpu>` as Node says it, `-musl` behind it for that C library; the package is
 *   `@socketsupply/socket-<name>`
 * @property {string} triple   what rustc calls it
 * @property {string} builtOn
 * @property {'run' | 'types' | 'release'} checked
 * @property {string} [rustflags]  what rustc needs beyond its defaults
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
    builtOn: 'Ubuntu 22.04, x64',
    checked: 'run',
    os: 'linux',
    cpu: 'x64',
    libc: 'glibc',
    runtime: 'socket-runtime',
    library: 'libsocket_addon.so'
  },
  {
    name: 'linux-arm64',
    triple: 'aarch64-unknown-linux-gnu',
    builtOn: 'Ubuntu 22.04, arm64',
    checked: 'release',
    os: 'linux',
    cpu: 'arm64',
    libc: 'glibc',
    runtime: 'socket-runtime',
    library: 'libsocket_addon.so'
  },
  {
    // Alpine has webkit2gtk-4.1 for x64.
    name: 'linux-x64-musl',
    triple: 'x86_64-unknown-linux-musl',
    builtOn: 'Alpine 3.23, x64',
    checked: 'release',
    // WebKitGTK and Node are shared libraries there; rustc would link musl statically.
    rustflags: '-C target-feature=-crt-static',
    os: 'linux',
    cpu: 'x64',
    libc: 'musl',
    runtime: 'socket-runtime',
    library: 'libsocket_addon.so'
  },
  {
    name: 'darwin-x64',
    triple: 'x86_64-apple-darwin',
    builtOn: 'macOS 15, x64',
    checked: 'types',
    os: 'darwin',
    cpu: 'x64',
    runtime: 'socket-runtime',
    library: 'libsocket_addon.dylib'
  },
  {
    name: 'darwin-arm64',
    triple: 'aarch64-apple-darwin',
    builtOn: 'macOS 15, arm64',
    checked: 'types',
    os: 'darwin',
    cpu: 'arm64',
    runtime: 'socket-runtime',
    library: 'libsocket_addon.dylib'
  },
  {
    name: 'win32-x64',
    triple: 'x86_64-pc-windows-msvc',
    builtOn: 'Windows 2022, x64',
    // The types are checked for windows-gnu, which Debian has; the package is built with Microsoft's tools.
    checked: 'types',
    os: 'win32',
    cpu: 'x64',
    runtime: 'socket-runtime.exe',
    library: 'socket_addon.dll'
  }
]

/** The folder of the checkout, which every script works from. */
export const root = new URL('..', import.meta.url)

/** The target of the machine that runs this, or undefined where there is none. */
export const host = targets.find(({ name }) => name === platform())

/** @param {Target} target */
export const packageName = (target) => `@socketsupply/socket-${target.name}`
