/**
 * A project in a scratch folder, and `ssc` as the command to test: `SSC` names another one than bin/ssc.js.
 */
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const wrapper = fileURLToPath(new URL('../../bin/ssc.js', import.meta.url))

/** The command under test. */
const command = process.env.SSC ? process.env.SSC.split(' ') : [process.execPath, wrapper]

/** The fewest keys that build. */
export const CONFIG = '[build]\nname = app\n[meta]\nbundle_identifier = com.example.app\n'

/**
 * @typedef {object} Done
 * @property {number | null} code
 * @property {string} out
 * @property {string} err
 */

/** @typedef {{ cwd?: string, env?: Record<string, string | undefined>, started?: (child: import('node:child_process').ChildProcess) => void }} Options */

export class Project {
  /** @param {string} [config]  lines for socket.ini, behind the fewest keys */
  constructor (config = '') {
    this.scratch = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'ssc-'))
    this.folder = path.join(this.scratch, 'project')
    this.home = path.join(this.scratch, 'home')
    this.write('socket.ini', CONFIG + config)
    this.write('src/index.html', '<h1>hello</h1>')
    // For a bare executable, which has no package with a runtime beside it.
    this.script(path.join(this.home, 'bin', 'socket-runtime'), 'exit 0')
  }

  /**
   * @param {string} name
   * @param {string | Uint8Array} text
   */
  write (name, text) {
    const file = path.join(this.folder, name)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, text)
  }

  /**
   * Makes a shell script. Renamed into place, so that it can replace what runs.
   *
   * @param {string} file
   * @param {string} text
   */
  script (file, text) {
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(`${file}.new`, `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    fs.renameSync(`${file}.new`, file)
  }

  /** Where the app's files are after a build. */
  get resources () {
    const root = path.join(this.folder, 'build', 'linux')
    const tree = fs.readdirSync(root).find((name) => name.startsWith('app-dev_'))
    if (tree === undefined) throw new Error(`${root} holds no app`)
    return path.join(root, tree, 'opt', 'app-dev')
  }

  /** @param {string} name */
  read (name) {
    return fs.readFileSync(path.join(this.resources, name), 'utf8')
  }

  /**
   * Builds, and puts a shell script into the place of the app.
   *
   * @param {string} text
   */
  async app (text) {
    const { code, err } = await this.ssc(['build', '-q'])
    if (code !== 0) throw new Error(err)
    this.script(path.join(this.resources, 'app-dev'), text)
  }

  /**
   * @param {string[]} args
   * @param {Options} [options]
   * @returns {Promise<Done>}
   */
  ssc (args, { cwd = this.folder, env = {}, started } = {}) {
    const child = spawn(command[0], [...command.slice(1), ...args], {
      cwd,
      env: {
        ...process.env,
        HOME: this.home,
        SOCKET_HOME: this.home,
        DISPLAY: undefined,
        WAYLAND_DISPLAY: undefined,
        ...env
      },
      stdio: ['ignore', 'pipe', 'pipe']
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

  remove () {
    fs.rmSync(this.scratch, { recursive: true, force: true })
  }
}

/**
 * A project that goes when the test is over.
 *
 * @param {import('node:test').TestContext} t
 * @param {string} [config]
 */
export function project (t, config) {
  const made = new Project(config)
  t.after(() => made.remove())
  return made
}

/**
 * Whether a program is on the PATH.
 *
 * @param {string} name
 */
export function has (name) {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => fs.existsSync(path.join(folder, name)))
}
