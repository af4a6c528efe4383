/** Runs create-socket-app in scratch folders, with a package that stands for `@socketsupply/socket`. */
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
export const command = path.join(root, 'create-socket-app', 'index.js')

/** The `ssc` that the projects use: as in test/cli, `SSC` names another one than bin/ssc.js. */
const ssc = process.env.SSC ? process.env.SSC.split(' ') : [process.execPath, path.join(root, 'bin', 'ssc.js')]

export class Scratch {
  constructor () {
    this.folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'create-socket-app-test-'))
    this.socket = path.join(this.folder, '.socket package')
    this.write('.socket package/package.json', JSON.stringify({ name: '@socketsupply/socket', version: '0.1.0', bin: { ssc: 'ssc.js' } }))
    this.write('.socket package/ssc.js', `#!/usr/bin/env node
const { spawnSync } = require('node:child_process')
const [command, ...args] = ${JSON.stringify(ssc)}
const { status } = spawnSync(command, [...args, ...process.argv.slice(2)], { stdio: 'inherit' })
process.exitCode = status ?? 1
`)
    this.write('.socket package/types/tsconfig.json', '{}')
    fs.chmodSync(path.join(this.socket, 'ssc.js'), 0o755)
  }

  /** @param {string} name @param {string} text */
  write (name, text) {
    const file = path.join(this.folder, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, text)
    return file
  }

  /** What is in a folder. @param {string} [name] */
  names (name = '.') {
    return fs.readdirSync(path.join(this.folder, name)).filter((one) => one !== '.socket package').sort()
  }

  /** @param {string} name */
  read (name) {
    return fs.readFileSync(path.join(this.folder, name), 'utf8')
  }

  /**
   * @param {string} program
   * @param {string[]} args
   * @param {{ cwd?: string, env?: Record<string, string | undefined>, started?: (child: import('node:child_process').ChildProcess) => void }} [options]
   * @returns {Promise<{ code: number | null, out: string, err: string }>}
   */
  run (program, args, { cwd = '.', env = {}, started } = {}) {
    const child = spawn(program, args, {
      cwd: path.join(this.folder, cwd),
      env: { ...process.env, npm_config_user_agent: undefined, SOCKET_HOME: undefined, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && program === 'npm'
    })
    let out = ''
    let err = ''
    child.stdout.setEncoding('utf8').on('data', (text) => { out += text })
    child.stderr.setEncoding('utf8').on('data', (text) => { err += text })
    started?.(child)
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, out, err }))
    })
  }

  /**
   * @param {string[]} args
   * @param {Parameters<Scratch['run']>[2]} [options]
   */
  create (args, options) {
    return this.run(process.execPath, [command, ...args, '--socket', this.socket], options)
  }

  remove () {
    fs.rmSync(this.folder, { recursive: true, force: true })
  }
}

/** @param {import('node:test').TestContext} t */
export function scratch (t) {
  const made = new Scratch()
  t.after(() => made.remove())
  return made
}

/**
 * A package manager that does what `text` says, in front of the real one.
 *
 * @param {Scratch} made
 * @param {string} name
 * @param {string} text  a shell script
 * @returns {Record<string, string>} the environment that finds it
 */
export function manager (made, name, text) {
  fs.chmodSync(made.write(`tools/${name}`, `#!/bin/sh\n${text}\n`), 0o755)
  return { PATH: `${path.join(made.folder, 'tools')}${path.delimiter}${process.env.PATH}` }
}
