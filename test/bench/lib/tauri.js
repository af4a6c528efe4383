/**
 * Tauri, as a user builds an app with it: its crates from crates.io, compiled.
 */
import fs from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { exec, StepError, targetFolder } from '../../../npm/steps.js'
import { layPage } from './page.js'
import { run, size, time } from './measure.js'

const source = fileURLToPath(new URL('../tauri', import.meta.url))

/** @type {import('./systems.js').System} */
export const tauri = {
  name: 'Tauri 2',
  async obstacle () {
    try {
      await exec('cargo', ['fetch', '--locked'], { cwd: source })
      return null
    } catch (error) {
      if (!(error instanceof StepError)) throw error
      return `its crates cannot be fetched: ${error.message}`
    }
  },
  async measure ({ scratch, env, work, repeat }) {
    const project = path.join(scratch, 'project')
    await fs.cp(source, project, { recursive: true })
    await layPage(path.join(project, 'page'), 'tauri', null)
    // Tauri embeds the page when it compiles, so what to do comes as an argument instead.
    await fs.writeFile(path.join(project, 'page', 'config.js'), 'export default window.benchConfig\n')
    await fs.mkdir(path.join(project, 'icons'))
    await exec('convert', ['-size', '256x256', 'xc:steelblue', `PNG32:${path.join(project, 'icons/icon.png')}`])

    const target = path.join(targetFolder, 'bench-tauri')
    await fs.rm(target, { recursive: true, force: true })
    const build = () => time('cargo', ['build', '--release', '--locked', '--quiet'], {
      cwd: project,
      env: { ...process.env, CARGO_TARGET_DIR: target }
    })
    const commandFirst = await build()
    const commandAgain = await repeat(build, 3)

    const executable = path.join(target, 'release', 'hello-tauri')
    const app = (/** @type {object} */ config) => ({ executable, args: [JSON.stringify(config)], env })
    const starting = app({ measure: false })
    const measured = await run(app({ measure: true, ...work }))
    return {
      starting,
      figures: {
        commandFirst,
        commandAgain,
        executable: await size(executable),
        resources: 0,
        whole: await size(executable),
        alone: measured.alone,
        sixteen: measured.sixteen,
        small: measured.small,
        large: measured.large
      }
    }
  }
}
