/**
 * The C++ predecessor, @socketsupply/socket 0.5.4 from npm. It compiles every app, so it needs a compiler.
 */
import fs from 'node:fs/promises'
import path from 'node:path'

import { npm } from '../../../npm/setup.js'
import { ask, exec } from '../../../npm/steps.js'
import { run, size, time } from './measure.js'
import { layPage } from './page.js'

const PACKAGE = '@socketsupply/socket@0.5.4'
// With CI it does not ask for a toolchain's set-up on the terminal.
const QUIET = { CI: '1' }

/** @type {import('./systems.js').System} */
export const predecessor = {
  name: PACKAGE,
  async obstacle () {
    if (await ask('clang++', ['--version']) === null) return 'clang++ is missing: apt-get install clang'
    if (await ask(npm, ['view', PACKAGE, 'version']) === null) return `${PACKAGE} cannot be fetched`
    return null
  },
  async measure ({ scratch, env, work, repeat }) {
    await exec(npm, ['install', '--no-audit', '--no-fund', '--prefix', scratch, PACKAGE])
    const ssc = path.join(scratch, 'node_modules/.bin/ssc')
    const project = async (/** @type {string} */ name) => {
      const cwd = path.join(scratch, name)
      await fs.mkdir(cwd)
      await exec(ssc, ['init', '--name', name], { cwd, env: QUIET })
      return cwd
    }
    const build = (/** @type {string} */ cwd) => time(ssc, ['build', '--prod'], { cwd, env: { ...process.env, ...QUIET } })
    const resources = (/** @type {string} */ cwd) => {
      const name = path.basename(cwd)
      return path.join(cwd, 'build/linux', `${name}_v1.0.0-1_amd64`, 'opt', name)
    }
    const app = async (/** @type {string} */ name, /** @type {import('./page.js').Work | null} */ task) => {
      const cwd = await project(name)
      await layPage(path.join(cwd, 'src'), 'predecessor', task)
      await build(cwd)
      return { executable: path.join(resources(cwd), name), cwd: resources(cwd), env }
    }

    const hello = await project('hello')
    // Its first call ever looks for the system's packages; that is not the build.
    await build(hello)
    const commandFirst = await repeat(async () => {
      await fs.rm(path.join(hello, 'build'), { recursive: true })
      return build(hello)
    }, 3)
    const commandAgain = await repeat(() => build(hello), 3)
    const whole = await size(resources(hello))
    const executable = await size(path.join(resources(hello), 'hello'))

    const starting = await app('start', null)
    const measured = await run(await app('bench', work))
    return {
      starting,
      figures: {
        commandFirst,
        commandAgain,
        executable,
        resources: whole - executable,
        whole,
        alone: measured.alone,
        sixteen: measured.sixteen,
        small: measured.small,
        large: measured.large,
        version: await repeat(() => time(ssc, ['--version']), 21)
      }
    }
  }
}
