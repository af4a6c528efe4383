/**
 * This runtime: an app made by the packed and installed `ssc`.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { buildNative, hostTarget, packPlatform, packWrapper } from '../../../npm/build.js'
import { npm } from '../../../npm/setup.js'
import { exec, targetFolder } from '../../../npm/steps.js'
import { median, run, size, time } from './measure.js'
import { layPage } from './page.js'
import { registry } from './registry.js'

// Short and noisy, so many; in turns, because they are compared.
const STARTS = 31
const inProcess = fileURLToPath(new URL('build.js', import.meta.url))

/**
 * Milliseconds that `ssc build` takes inside Node: the first, then again.
 *
 * @param {string} wrapper  the installed package
 * @param {string} project
 * @param {Record<string, string | undefined>} env
 */
async function build (wrapper, project, env) {
  const child = spawn(process.execPath, [inProcess, wrapper, project], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc']
  })
  const [[message], [code]] = await Promise.all([once(child, 'message'), once(child, 'exit')])
  if (code !== 0) throw new Error(`ssc build failed with ${code}`)
  return /** @type {{ first: number, again: number }} */ (message)
}

/**
 * @param {string} ssc
 * @param {string} parent
 * @param {string} name
 */
async function project (ssc, parent, name) {
  const folder = path.join(parent, name)
  await fs.mkdir(folder, { recursive: true })
  await exec(ssc, ['init'], { cwd: folder })
  return folder
}

/**
 * @param {string} ssc
 * @param {string} folder
 * @returns {Promise<{ executable: string, resources: string }>}
 */
async function built (ssc, folder) {
  await exec(ssc, ['build', '--prod'], { cwd: folder })
  const { stdout } = await exec(ssc, ['print-build-dir', '--prod'], { cwd: folder })
  const resources = stdout.trim()
  return { resources, executable: path.join(resources, path.basename(folder)) }
}

/** @type {import('./systems.js').System} */
export const ours = {
  name: 'Socket Runtime',
  async obstacle () { return null },
  async measure ({ scratch, env, work, repeat }) {
    await buildNative()
    const prefix = path.join(scratch, 'prefix')
    await exec(npm, ['install', '--global', '--offline', '--no-audit', '--no-fund', '--prefix', prefix,
      '--cache', path.join(scratch, 'cache'), await packPlatform(), await packWrapper({ types: false })])
    const ssc = path.join(prefix, 'bin', 'ssc')
    const wrapper = path.join(prefix, 'lib/node_modules/@socketsupply/socket')
    const empty = path.join(scratch, 'empty.js')
    await fs.writeFile(empty, '')

    const hello = await project(ssc, scratch, 'hello')
    const clean = () => fs.rm(path.join(hello, 'build'), { recursive: true, force: true })
    /** @type {{ first: number, again: number }[]} */
    const builds = []
    await repeat(async () => {
      await clean()
      builds.push(await build(wrapper, hello, env))
      return 0
    })
    const commandFirst = await repeat(async () => {
      await clean()
      return time(ssc, ['build'], { cwd: hello })
    })
    const commandAgain = await repeat(() => time(ssc, ['build'], { cwd: hello }))
    const finished = await built(ssc, hello)
    const whole = await size(finished.resources)

    const start = await project(ssc, scratch, 'start')
    await layPage(path.join(start, 'src'), 'socket', null)
    const starting = { executable: (await built(ssc, start)).executable, env }
    const bench = await project(ssc, scratch, 'bench')
    await layPage(path.join(bench, 'src'), 'socket', work)
    // What the page reads stands outside of the app.
    const ini = path.join(bench, 'socket.ini')
    await fs.writeFile(ini, (await fs.readFile(ini, 'utf8')).replace('read[] = $APP/**', (line) => `${line}\nread[] = ${path.dirname(work.small.path)}/*`))
    const measured = await run({ executable: (await built(ssc, bench)).executable, env })

    /** @type {{ version: number, node: number }[]} */
    const starts = []
    for (let i = 0; i < STARTS; i++) {
      starts.push({ version: await time(ssc, ['--version']), node: await time(process.execPath, [empty]) })
    }

    const executable = await size(path.join(targetFolder, 'release', hostTarget().runtime))
    return {
      starting,
      figures: {
        ...await registry(env),
        buildFirst: median(builds.map(({ first }) => first)),
        buildAgain: median(builds.map(({ again }) => again)),
        commandFirst,
        commandAgain,
        executable,
        resources: whole - executable,
        whole,
        alone: measured.alone,
        sixteen: measured.sixteen,
        small: measured.small,
        large: measured.large,
        version: median(starts.map(({ version }) => version)),
        node: median(starts.map(({ node }) => node))
      }
    }
  }
}
