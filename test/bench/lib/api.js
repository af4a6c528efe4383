/**
 * The figures of the JavaScript API: the same modules (test/bench/api) in a page and in Node, in turns.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { makeApp } from '../../desktop/app.js'
import { median, settledPss } from './measure.js'

const exec = promisify(execFile)
const pages = fileURLToPath(new URL('../api', import.meta.url))
const load = fileURLToPath(new URL('../udp-load/main.rs', import.meta.url))

const MEGABYTES = 64
const ENTRIES = 10_000
const SMALL = 1024
/** Seconds that datagrams are sent for. */
const SENDING = 4
const CONFIRMED = 32

const HTML = '<!doctype html><meta charset="utf-8"><title>bench</title><script type="module" src="/main.js"></script>'

/** @typedef {{ title: string, key: string, format: (value: number) => string }} Row */
/** @typedef {Record<string, number>} Figures */
/**
 * @typedef {object} Setting
 * @property {string} scratch
 * @property {Record<string, string | undefined>} env with a display
 * @property {number} runs
 */

const rate = (/** @type {number} */ value) => `${Math.round(value)}/s`
const speed = (/** @type {number} */ value) => `${Math.round(value)} MB/s`
const ms = (/** @type {number} */ value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`
const megabytes = (/** @type {number} */ value) => `${(value / (1 << 20)).toFixed(1)} MB`

/** @type {Record<string, { rows: [key: string, title: string, format: (value: number) => string][], measure: (where: Where, setting: Work) => Promise<Figures> }>} */
export const parts = {
  calls: {
    rows: [
      ['alone', 'smallest call, one after the other', rate],
      ['sixteen', 'smallest call, 16 at once', rate],
      ['accessAlone', '`fs.promises.access`, one after the other', rate],
      ['accessSixteen', '`fs.promises.access`, 16 at once', rate]
    ],
    measure: (where, work) => figures(where, work, 'calls')
  },
  files: {
    rows: [
      ['small', '`fs.promises.readFile`, 1 KB', rate],
      ['smallSixteen', '`fs.promises.readFile`, 1 KB, 16 at once', rate],
      ['read', '`fs.promises.readFile`, 64 MB', speed],
      ['write', '`fs.promises.writeFile`, 64 MB', speed]
    ],
    measure: (where, work) => figures(where, work, 'files')
  },
  streams: {
    rows: [
      ['read', '`fs.createReadStream`, 64 MB', speed],
      ['readLarge', '`fs.createReadStream` with `highWaterMark` of 1 MB', speed],
      ['write', '`fs.createWriteStream`, 64 MB', speed]
    ],
    measure: (where, work) => figures(where, work, 'streams')
  },
  folders: {
    rows: [
      ['names', '`fs.promises.readdir`, 10 000 entries', ms],
      ['types', '`fs.promises.readdir` with types, 10 000 entries', ms]
    ],
    measure: (where, work) => figures(where, work, 'folders')
  },
  udp: {
    rows: [
      ['echo64', 'datagrams of 64 bytes, received and sent back', rate],
      ['echo1024', 'datagrams of 1 024 bytes, received and sent back', rate],
      ['heard64', 'datagrams of 64 bytes, received', rate],
      ['heard1024', 'datagrams of 1 024 bytes, received', rate]
    ],
    measure: datagrams
  },
  memory: {
    rows: [
      ['callsApp', 'memory held after 10 000 calls: the app', megabytes],
      ['callsPage', 'memory held after 10 000 calls: processes of the page', megabytes],
      ['readsApp', 'memory held after reading 64 MB ten times more: the app', megabytes],
      ['readsPage', 'memory held after reading 64 MB ten times more: processes of the page', megabytes]
    ],
    measure: memory
  }
}

/**
 * @typedef {(config: object) => Promise<{ child: import('node:child_process').ChildProcess, end: () => Promise<void> }>} Where
 * starts a program with the bench's modules
 * @typedef {Setting & { small: string, large: string, folder: string, load: string }} Work
 */

/** @param {import('node:child_process').ChildProcess} child */
async function stop (child) {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
    await ended
    clearTimeout(timer)
  }
}

/** @param {Setting['env']} env @returns {Where} */
const page = (env) => async (config) => {
  const files = { 'index.html': HTML, 'config.js': `export default ${JSON.stringify(config)}` }
  const app = makeApp(files, { copy: { 'test/bench/api': '.' } })
  const child = spawn(app.executable, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  return { child, end: async () => { await stop(child); app.remove() } }
}

/** @type {Where} */
const node = async (config) => {
  const folder = await fs.mkdtemp(path.join(/** @type {any} */ (config).scratch, 'node-'))
  await fs.cp(pages, folder, { recursive: true })
  await fs.writeFile(path.join(folder, 'package.json'), '{ "type": "module" }')
  await fs.writeFile(path.join(folder, 'config.js'), `export default ${JSON.stringify(config)}`)
  const child = spawn(process.execPath, [path.join(folder, 'main.js')], { stdio: ['ignore', 'pipe', 'inherit'] })
  return { child, end: () => stop(child) }
}

/**
 * Runs one part and gives each message of the program to `hear`, until that answers.
 *
 * @template T
 * @param {Where} where
 * @param {object} config
 * @param {(message: any, child: import('node:child_process').ChildProcess) => Promise<T | undefined>} hear
 * @returns {Promise<T>}
 */
async function converse (where, config, hear) {
  const { child, end } = await where(config)
  try {
    const output = /** @type {import('node:stream').Readable} */ (child.stdout)
    for await (const line of createInterface({ input: output })) {
      if (!line.startsWith('{')) continue
      const answer = await hear(JSON.parse(line), child)
      if (answer !== undefined) return answer
    }
    throw new Error(`the part ${/** @type {any} */ (config).part} ended before it had a figure`)
  } finally {
    await end()
  }
}

/** @param {Where} where @param {Work} work @param {string} part @returns {Promise<Figures>} */
function figures (where, { env: _, ...work }, part) {
  const config = { ...work, part, megabytes: MEGABYTES, entries: ENTRIES }
  return converse(where, config, async (message) => message.figures)
}

/** @param {Where} where @param {Work} work */
async function datagrams (where, { env: _, runs, ...work }) {
  /** @type {Figures} */
  const found = {}
  for (const echo of [true, false]) {
    await converse(where, { ...work, part: 'udp', echo }, async ({ port }) => {
      for (const size of [64, 1024]) {
        const list = []
        for (let i = 0; i < Math.min(runs, 5); i++) {
          const { stdout } = await exec(work.load, [port, size, echo ? 1 : CONFIRMED, SENDING].map(String))
          list.push(Number(stdout.split(' ')[0]))
        }
        found[`${echo ? 'echo' : 'heard'}${size}`] = median(list)
      }
      return true
    })
  }
  return found
}

/** @param {Where} where @param {Work} work */
async function memory (where, { env: _, ...work }) {
  const turn = path.join(work.scratch, 'turn')
  await fs.rm(turn, { force: true })
  await exec('mkfifo', [turn])
  /** @type {Record<string, { own: number, below: number }>} */
  const held = {}
  await converse(where, { ...work, part: 'memory', turn }, async ({ measure, figures }, child) => {
    if (figures !== undefined) return true
    held[measure] = await settledPss(/** @type {number} */ (child.pid))
    await fs.writeFile(turn, 'go')
  })
  return {
    callsApp: held.calls.own - held.before.own,
    callsPage: held.calls.below - held.before.below,
    readsApp: held.reads.own - held.read.own,
    readsPage: held.reads.below - held.read.below
  }
}

/**
 * Measures parts, in a page and in Node.
 *
 * @param {Setting} setting
 * @param {string[]} names of `parts`
 * @param {(title: string, work: () => Promise<void>) => Promise<unknown>} step
 * @returns {Promise<string[][]>} rows of a table
 */
export async function apiRows (setting, names, step) {
  const { scratch } = setting
  const work = { ...setting, small: path.join(scratch, 'small'), large: path.join(scratch, 'large'), folder: path.join(scratch, 'folder'), load: path.join(scratch, 'udp-load') }
  await fs.writeFile(work.small, Buffer.alloc(SMALL, 'socket'))
  await fs.writeFile(work.large, Buffer.alloc(MEGABYTES << 20, 'socket'))
  if (names.includes('udp')) await exec('rustc', ['-O', '--edition', '2024', '-o', work.load, load])
  if (names.includes('folders')) {
    await fs.mkdir(work.folder)
    for (let i = 0; i < ENTRIES; i++) await fs.writeFile(path.join(work.folder, `entry-${i}.txt`), '')
  }
  /** @type {string[][]} */
  const rows = []
  for (const name of names) {
    const { rows: titles, measure } = parts[name]
    await step(`measure: ${name}`, async () => {
      const ours = await measure(page(setting.env), work)
      const theirs = await measure(node, work)
      const cell = (/** @type {number | undefined} */ value, /** @type {(value: number) => string} */ format) => value === undefined ? '–' : format(value)
      for (const [key, title, format] of titles) rows.push([title, cell(ours[key], format), cell(theirs[key], format)])
    })
  }
  return rows
}
