/** The package manager that started us, and how it installs. */
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

import { Cancelled, UserError } from './errors.js'

/**
 * @typedef {object} Manager
 * @property {'npm' | 'pnpm' | 'yarn'} name
 * @property {string[]} install   arguments
 * @property {string} run         what stands before the name of a script
 * @property {Record<string, string>} files   that it wants in the project
 * @property {string[]} [relink]  arguments that make node_modules anew where it has been moved to
 */

/** Runs its packages' own installation; ours need nothing, but esbuild has one. */
const PNPM = 'packages:\n  - .\nonlyBuiltDependencies:\n  - esbuild\nallowBuilds:\n  esbuild: true\n'

/**
 * @param {string | undefined} agent  npm_config_user_agent, as in `pnpm/9.1.0 npm/? node/v20.0.0 linux x64`
 * @returns {Manager}
 */
export function detect (agent = process.env.npm_config_user_agent) {
  const [, name = 'npm', major = '0'] = /^(\w+)\/(\d+)/.exec(agent ?? '') ?? []
  if (name === 'pnpm') {
    return {
      name,
      install: ['install', '--prefer-offline'],
      run: 'pnpm',
      files: { 'pnpm-workspace.yaml': PNPM },
      // Its links hold the whole path.
      relink: ['install', '--offline', '--frozen-lockfile']
    }
  }
  if (name === 'yarn' && Number(major) >= 2) {
    return {
      name,
      // In CI it would refuse to write the lock file, which is not there yet.
      install: ['install', '--no-immutable'],
      run: 'yarn',
      // An own lock file makes it a project of its own, whatever lies above.
      files: { '.yarnrc.yml': 'nodeLinker: node-modules\n', 'yarn.lock': '' }
    }
  }
  if (name === 'yarn') return { name, install: ['install', '--prefer-offline'], run: 'yarn', files: {} }
  return { name: 'npm', install: ['install', '--prefer-offline', '--no-audit', '--no-fund'], run: 'npm run', files: {} }
}

/**
 * @param {Manager} manager
 * @param {string} folder
 */
export function prepare (manager, folder) {
  for (const [name, text] of Object.entries(manager.files)) fs.writeFileSync(path.join(folder, name), text)
}

/**
 * Yarn 1 hands its own default on as if somebody had configured it, where it would win over the user's .npmrc.
 *
 * @param {Manager} manager
 */
function environment ({ name }) {
  const { npm_config_registry: registry, ...others } = process.env
  return name === 'yarn' && /\byarnpkg\b/.test(registry ?? '') ? others : process.env
}

/**
 * Runs the package manager to its end. What it says is kept, and shown when it fails.
 *
 * @param {Manager} manager
 * @param {string[]} args
 * @param {string} folder
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function run (manager, args, folder, signal) {
  const windows = process.platform === 'win32'
  return new Promise((resolve, reject) => {
    // On Windows it is a .cmd, which only the shell runs. The arguments are ours, without spaces. Elsewhere it is
    // the leader of a group, so that what it has started ends with it.
    const child = spawn(manager.name, args, {
      cwd: folder, env: environment(manager), shell: windows, detached: !windows, stdio: ['ignore', 'pipe', 'pipe']
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => { output += text })
    const stop = () => {
      if (child.pid === undefined) return
      try {
        if (windows) spawn('taskkill', ['/pid', String(child.pid), '/t', '/f'], { stdio: 'ignore' })
        else process.kill(-child.pid, 'SIGTERM')
      } catch {
        // It has ended by itself.
      }
    }
    signal.addEventListener('abort', stop, { once: true })
    const missing = () => new UserError('ERR_MANAGER', `${manager.name} cannot be run: it is not on the PATH`,
      manager.name === 'npm' ? 'install Node.js with npm from https://nodejs.org' : `install ${manager.name}, or use npx create-socket-app`)
    child.on('error', (error) => reject(/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT'
      ? missing()
      : new UserError('ERR_MANAGER', `${manager.name} cannot be run: ${error.message}`, 'see that it is installed and may be run')))
    child.on('close', (code, by) => {
      signal.removeEventListener('abort', stop)
      if (signal.aborted) return reject(new Cancelled(signal.reason))
      if (code === 0) return resolve()
      const [network] = NETWORK.exec(output) ?? []
      if (network !== undefined) {
        return reject(new UserError('ERR_NETWORK',
          `the registry cannot be reached (${network}), and ${manager.name} has not all packages in its cache:\n${tail(output)}`,
          'check the network, the proxy, and the registry that is configured, and try again; nothing was left behind'))
      }
      const how = code === null ? `was ended by ${by}` : `ended with ${code}`
      reject(new UserError('ERR_INSTALL', `\`${manager.name} ${args.join(' ')}\` ${how}:\n${tail(output)}`,
        'nothing was left behind; check the network, or the registry that is configured, and try again'))
    })
  })
}

/** How the package managers say that they cannot reach their registry. */
const NETWORK = /\b(E(NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT|NETUNREACH|HOSTUNREACH|NOTCACHED)|ERR_PNPM_NO_OFFLINE_(META|TARBALL)|ERR_SOCKET_TIMEOUT)\b/

/** The end of what was printed. @param {string} text */
const tail = (text) => text.trimEnd().split('\n').slice(-20).map((line) => `    ${line}`).join('\n')
