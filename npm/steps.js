/**
 * Steps of the set-up, the demonstration and the tests: each has a name, a time, and an end that names it
 * when it fails. Needs Node alone, because it runs before anything is installed.
 */
import { spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

import { root } from './targets.js'

/** The checkout as a path. */
export const folder = fileURLToPath(root)

/**
 * Whether node was started with this module.
 *
 * @param {string} url  its `import.meta.url`
 */
export const isMain = (url) => process.argv[1] !== undefined && url === pathToFileURL(process.argv[1]).href

/** Where cargo puts what it builds. */
export const targetFolder = path.resolve(folder, process.env.CARGO_TARGET_DIR || 'target')

const tty = process.stdout.isTTY === true && process.env.CI === undefined
// How often a long command shows a sign of life where lines cannot be rewritten.
const HEARTBEAT = 15_000

/** A step that did not work: `message` says what, `hint` what to do about it, `output` what was printed. */
export class StepError extends Error {
  /**
   * @param {string} message
   * @param {{ hint?: string, output?: string }} [details]
   */
  constructor (message, { hint, output } = {}) {
    super(message)
    this.name = 'StepError'
    this.hint = hint
    this.output = output
  }
}

/** @param {number} milliseconds */
export const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`

/** Shows the last line of a running command: in place on a terminal, now and then elsewhere. */
function ticker () {
  let line = ''
  let shown = ''
  const draw = () => {
    if (line === shown) return
    shown = line
    const text = line.slice(0, (process.stdout.columns ?? 100) - 8)
    process.stdout.write(tty ? `\r\x1b[2K    … ${text}` : `    … ${text}\n`)
  }
  const timer = setInterval(draw, tty ? 100 : HEARTBEAT)
  return {
    /** @param {string} text */
    feed (text) {
      const lines = text.split(/[\r\n]+/).map((one) => one.trim()).filter(Boolean)
      line = lines.at(-1) ?? line
    },
    stop () {
      clearInterval(timer)
      if (tty && shown !== '') process.stdout.write('\r\x1b[2K')
    }
  }
}

/**
 * How a command is started. On Windows npm is a script (.cmd), which Node starts in a shell only, and the shell splits
 * what is not in quotes.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.Platform} [platform]
 * @returns {{ command: string, args: string[], shell: boolean }}
 */
export function starting (command, args, platform = process.platform) {
  if (platform !== 'win32' || !command.endsWith('.cmd')) return { command, args, shell: false }
  const bad = args.find((word) => /["%\n]/.test(word))
  if (bad !== undefined) throw new StepError(`cannot run ${command}: the shell of Windows would change ${bad}`, { hint: 'use a path without " and %' })
  return { command, args: args.map((word) => /^[\w@.:/\\=+-]+$/.test(word) ? word : `"${word}"`), shell: true }
}

/**
 * Runs a command to its end and resolves with what it printed. Throws a StepError when it cannot be started
 * or fails.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, hint?: string, show?: boolean,
 *   codes?: number[], timeout?: number }} [options]
 *   `show` passes the output on to the terminal as it comes; `codes` are the exit codes that are fine
 * @returns {Promise<{ code: number, stdout: string, stderr: string, output: string }>}
 */
export function exec (command, args, { cwd = folder, env = {}, hint, show = false, codes = [0], timeout } = {}) {
  return new Promise((resolve, reject) => {
    const line = [command, ...args].join(' ')
    const start = starting(command, args)
    const child = spawn(start.command, start.args, {
      cwd,
      shell: start.shell,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout
    })
    const progress = show ? null : ticker()
    let stdout = ''
    let stderr = ''
    let output = ''
    const take = (/** @type {Buffer} */ chunk) => {
      const text = chunk.toString()
      output += text
      if (show) process.stdout.write(text.replace(/^(?=.)/gm, '    '))
      else progress?.feed(text)
      return text
    }
    child.stdout.on('data', (chunk) => { stdout += take(chunk) })
    child.stderr.on('data', (chunk) => { stderr += take(chunk) })
    child.on('error', (error) => {
      progress?.stop()
      reject(new StepError(`cannot run \`${line}\`: ${error.message}`, { hint }))
    })
    child.on('close', (code, signal) => {
      progress?.stop()
      if (code !== null && codes.includes(code)) return resolve({ code, stdout, stderr, output })
      const how = code === null ? `was ended by ${signal}` : `failed with exit code ${code}`
      reject(new StepError(`\`${line}\` ${how}`, { hint, output }))
    })
  })
}

/**
 * The output of a quick command, or null when it cannot be run or fails.
 *
 * @param {string} command
 * @param {string[]} args
 */
export async function ask (command, args) {
  return new Promise((resolve) => {
    const start = starting(command, args)
    const child = spawn(start.command, start.args, { cwd: folder, shell: start.shell, stdio: ['ignore', 'pipe', 'ignore'] })
    let text = ''
    child.stdout.on('data', (chunk) => { text += chunk })
    child.on('error', () => resolve(null))
    child.on('close', (code) => resolve(code === 0 ? text.trim() : null))
  })
}

/**
 * Runs one named step and says how long it took. What `work` resolves with as a string is shown behind the
 * name.
 *
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step (name, work) {
  const start = performance.now()
  console.log(`▸ ${name}`)
  try {
    const result = await work()
    const note = typeof result === 'string' ? `: ${result}` : ''
    console.log(`  ✓ ${name}${note} (${seconds(performance.now() - start)})`)
    return result
  } catch (error) {
    console.log(`  ✗ ${name} (${seconds(performance.now() - start)})`)
    throw error
  }
}

/**
 * Prints why a step did not work, with the end of what it printed.
 *
 * @param {unknown} error
 * @param {number} [lines]
 */
export function complain (error, lines = 40) {
  if (!(error instanceof StepError)) {
    console.error(error)
    return
  }
  if (error.output) {
    const tail = error.output.trimEnd().split('\n').slice(-lines)
    console.error(tail.map((line) => `    ${line}`).join('\n'))
  }
  console.error(`  ${error.message}`)
  if (error.hint) console.error(`  fix: ${error.hint}`)
}

/**
 * The whole of a script: runs it and ends with 1 when a step fails, with that step named.
 *
 * @param {() => Promise<void>} work
 */
export async function main (work) {
  try {
    await work()
  } catch (error) {
    complain(error)
    process.exitCode = 1
  }
}
