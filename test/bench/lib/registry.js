/**
 * What a user waits for before there is an app: installation, and the first window of a template, from a registry on
 * this machine that has everything already. The figures are those of the packages, not of a network.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { packAll } from '../../../npm/build.js'
import { atLeast, npmPackages } from '../../../npm/setup.js'
import { folder } from '../../../npm/steps.js'
import { host, targets } from '../../../npm/targets.js'
import { Local } from '../../release/lib/local.js'
import { median, size } from './measure.js'

const TIMES = 3
const REGISTRY_NODE = '20'

/**
 * @param {Local} local
 * @param {Record<string, string | undefined>} env  with the display
 * @param {string} name  of the folder
 * @returns {Promise<number>} milliseconds from the command to a window that can be seen
 */
async function firstWindow (local, env, name) {
  const start = performance.now()
  const window = spawn('xdotool', ['search', '--sync', '--onlyvisible', '--name', 'Hello, World'], { env: { ...process.env, ...env }, stdio: 'ignore' })
  const seen = once(window, 'exit').then(([code]) => {
    if (code !== 0) throw new Error(`xdotool ended with ${code}`)
    return performance.now() - start
  })
  const child = local.spawn(`npx create-socket-app vanilla ${name} && cd ${name} && exec npm start`, { env })
  const ended = once(child, 'close')
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => { said += chunk })
  try {
    return await Promise.race([seen, ended.then(() => { throw new Error(`no window came\n${said}`) })])
  } finally {
    if (window.exitCode === null) window.kill()
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM')
    await ended.catch(() => {})
  }
}

/**
 * @param {Record<string, string | undefined>} env  with the display
 * @returns {Promise<import('./systems.js').Figures>} nothing where no registry can be run
 */
export async function registry (env) {
  if (!atLeast(process.versions.node, REGISTRY_NODE)) return {}
  await npmPackages(fileURLToPath(new URL('../../release', import.meta.url)))
  const local = new Local()
  try {
    await local.start()
    for (const file of Object.values(await packAll({ types: true }))) await local.run(`npm publish --access public '${file}'`)
    for (const { name } of targets.filter((one) => one !== host)) {
      await local.run('npm publish --access public .', { cwd: path.join(folder, 'npm', name) })
    }
    const forget = () => {
      for (const name of ['cache', 'prefix']) fs.rmSync(local.path(name), { recursive: true, force: true })
    }
    /** @type {Record<'install' | 'first' | 'again', number[]>} */
    const times = { install: [], first: [], again: [] }
    // The registry itself fetches what it lacks the first time.
    await local.run('npx create-socket-app vanilla warm')
    for (let i = 0; i < TIMES; i++) {
      forget()
      const start = performance.now()
      await local.run('npm i -g @socketsupply/socket')
      times.install.push(performance.now() - start)
    }
    const installSize = await size(path.join(local.prefix, 'lib/node_modules/@socketsupply'))
    for (let i = 0; i < TIMES; i++) {
      forget()
      times.first.push(await firstWindow(local, env, `first-${i}`))
      times.again.push(await firstWindow(local, env, `again-${i}`))
    }
    return { installSize, install: median(times.install), createFirst: median(times.first), createAgain: median(times.again) }
  } finally {
    await local.remove()
  }
}
