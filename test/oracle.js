/**
 * Node 20, which the modules that have Node's name are compared with and which eslint's plugins need: the one that runs
 * this, or one of its own from npm's package of the platform.
 */
import fs from 'node:fs'
import path from 'node:path'
import process from 'node:process'

import { npm } from '../npm/setup.js'
import { exec, targetFolder } from '../npm/steps.js'

const VERSION = '20.20.2'

/** @returns {Promise<string>} the executable */
export async function node20 () {
  if (process.versions.node.startsWith('20.')) return process.execPath
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  const prefix = path.join(targetFolder, 'tools', `node-${VERSION}`)
  const file = path.join(prefix, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!fs.existsSync(file)) {
    await exec(npm, ['install', '--prefix', prefix, '--no-audit', '--no-fund', `${name}@${VERSION}`], {
      hint: 'run the tests with Node 20, or let npm reach its registry'
    })
  }
  return file
}
