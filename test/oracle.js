/**
 * Node in certain versions: the one that runs this, or one of its own from npm's package of the platform. With Node 20
 * the modules that have Node's name are compared, and eslint's plugins need it.
 */
import fs from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { musl } from '../js/addon/load.js'
import { npm } from '../npm/setup.js'
import { exec, StepError, targetFolder } from '../npm/steps.js'

/** The oldest that the backend helper and the scaffolder run on, and the one that is compared with. */
const VERSIONS = { 18: '18.20.8', 20: '20.20.2' }

/** @returns {Promise<string>} the executable of Node 18 */
export const node18 = () => node(18)

/** @returns {Promise<string>} the executable of Node 20 */
export const node20 = () => node(20)

/** @param {keyof typeof VERSIONS} major @returns {Promise<string>} the executable */
async function node (major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  if (musl()) throw new StepError(`Node ${major} is needed, and npm has it for glibc alone`, { hint: `run the tests with Node ${major}` })
  const version = VERSIONS[major]
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const prefix = path.join(targetFolder, 'tools', `node-${version}`)
  const file = path.join(prefix, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!fs.existsSync(file)) {
    await exec(npm, ['install', '--prefix', prefix, '--no-audit', '--no-fund', `${name}@${version}`], {
      hint: `run the tests with Node ${major}, or let npm reach its registry`
    })
  }
  return file
}
