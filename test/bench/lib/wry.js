/**
 * A bare wry window: what start and memory cost at the least.
 */
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { exec, targetFolder } from '../../../npm/steps.js'
import { layPage } from './page.js'
import { size } from './measure.js'

/** @typedef {import('./systems.js').System} System */

/** @type {System} */
export const wry = {
  name: 'bare wry window',
  async obstacle () { return null },
  async measure ({ scratch, env }) {
    const target = path.join(targetFolder, 'bench')
    await exec('cargo', ['build', '--release', '--locked'], {
      cwd: fileURLToPath(new URL('../bare-wry', import.meta.url)),
      env: { CARGO_TARGET_DIR: target }
    })
    const executable = path.join(target, 'release', 'bare-wry')
    const page = path.join(scratch, 'wry')
    await layPage(page, 'wry', null)
    const starting = { executable, args: [page], env }
    return {
      starting,
      figures: {
        executable: await size(executable),
      }
    }
  }
}
