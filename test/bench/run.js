/**
 * `npm run bench`: prints a table of figures, each the median of several measurements.
 *
 *     npm run bench                     this runtime beside a bare wry window
 *     npm run bench -- --predecessor    and @socketsupply/socket@0.5.4 (needs clang++)
 *     npm run bench -- --tauri          and Tauri (compiles it: many minutes)
 *     npm run bench -- --runs=21        more measurements
 *     npm run bench -- --only=udp       one part alone, or several with commas: start (with the systems above),
 *                                       backend, and of the JavaScript API calls, files, streams, folders, udp, memory
 */
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { buildModules, buildRuntime } from '../../npm/build.js'
import { virtualDisplay } from '../../npm/display.js'
import { setup } from '../../npm/setup.js'
import { main, step } from '../../npm/steps.js'
import { median, run } from './lib/measure.js'
import { apiRows, parts } from './lib/api.js'
import { backendRows } from './lib/backend.js'
import { prepare } from './lib/page.js'
import { rows, systems } from './lib/systems.js'

/** @typedef {{ name: string, figures: import('./lib/systems.js').Figures, starting: import('./lib/measure.js').App }} Column */

const OPTIONAL = /** @type {const} */ (['predecessor', 'tauri'])
const DEFAULT_RUNS = 9
const MEMORY_RUNS = 3

const args = process.argv.slice(2)
const runs = Number(args.find((arg) => arg.startsWith('--runs='))?.slice('--runs='.length) ?? DEFAULT_RUNS)
const PARTS = ['start', 'backend', ...Object.keys(parts)]
const named = args.find((arg) => arg.startsWith('--only='))?.slice('--only='.length).split(',') ?? PARTS
const wanted = new Set(named)
const unknown = [
  ...args.filter((arg) => !/^--(runs=\d+|only=.*)$/.test(arg) && !OPTIONAL.some((name) => arg === `--${name}`)),
  ...named.filter((name) => !PARTS.includes(name)).map((name) => `--only=${name}`)
]
const chosen = new Set(args)

/**
 * @param {() => Promise<number>} measure
 * @param {number} [times]
 */
async function repeat (measure, times = runs) {
  const list = []
  for (let i = 0; i < times; i++) list.push(await measure())
  return median(list)
}

/**
 * Start and memory are compared with one another, so the systems take turns: what else the machine does meanwhile
 * meets all of them.
 *
 * @param {Column[]} columns
 */
async function compareStarts (columns) {
  const turns = columns.map(({ starting }) => ({ starting, loaded: /** @type {number[]} */ ([]), memory: /** @type {number[]} */ ([]) }))
  for (let i = 0; i < runs; i++) {
    for (const { starting, loaded } of turns) loaded.push((await run(starting)).loaded)
  }
  for (let i = 0; i < MEMORY_RUNS; i++) {
    for (const { starting, memory } of turns) memory.push((await run(starting, { memory: true })).memory)
  }
  columns.forEach(({ figures }, i) => {
    figures.loaded = median(turns[i].loaded)
    figures.memory = median(turns[i].memory)
  })
}

/** @param {Column[]} columns */
function table (columns) {
  return printed(['', ...columns.map(({ name }) => name)], rows.map(([key, title, format]) => [title, ...columns.map(({ figures }) => {
    const value = figures[key]
    return value === undefined ? '–' : format(value)
  })]))
}

/**
 * @param {string} scratch
 * @param {Record<string, string | undefined>} env
 * @param {Column[]} columns
 * @param {string[]} notes
 */
async function measureSystems (scratch, env, columns, notes) {
  const work = await prepare(scratch, runs)
  for (const [key, system] of Object.entries(systems)) {
    const optional = OPTIONAL.some((name) => name === key)
    if (optional && !chosen.has(`--${key}`)) {
      notes.push(`${system.name} was left out: it takes long. \`npm run bench -- --${key}\` measures it too.`)
      continue
    }
    const obstacle = await system.obstacle()
    if (obstacle !== null) {
      notes.push(`${system.name} was left out: ${obstacle}.`)
      continue
    }
    const folder = path.join(scratch, key)
    await fs.mkdir(folder)
    await step(`measure: ${system.name}`, async () => {
      columns.push({ name: system.name, ...await system.measure({ scratch: folder, env, work, repeat }) })
    })
  }
  await step('measure: start and memory', () => compareStarts(columns))
}

async function buildParts () {
  await step('build: JavaScript modules', async () => { await buildModules() })
  await step('build: runtime', async () => { await buildRuntime() })
}

/** @param {string[]} head @param {string[][]} rows */
function printed (head, rows) {
  const lines = [head, ['---', ...head.slice(1).map(() => '---:')], ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

async function bench () {
  await setup()
  const scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'socket-bench-'))
  const display = await virtualDisplay()
  /** @type {Column[]} */
  const columns = []
  /** @type {string[]} */
  const notes = []
  /** @type {string[][]} */
  let backend = []
  /** @type {string[][]} */
  let api = []
  try {
    if (wanted.has('start')) await measureSystems(scratch, display.env, columns, notes)
    else await buildParts()
    if (wanted.has('backend')) await step('measure: a backend in Node', async () => { backend = await backendRows() })
    api = await apiRows({ scratch, env: display.env, runs }, Object.keys(parts).filter((name) => wanted.has(name)), step)
  } finally {
    await display.close()
    await fs.rm(scratch, { recursive: true, force: true })
  }
  const [cpu] = os.cpus()
  console.log(`\n${os.cpus().length} × ${cpu.model.trim()}, Linux ${os.release()}, Node ${process.versions.node}, ` +
    `${display.name.replace(/ :\d+/, '')}, medians of ${runs} (memory of ${MEMORY_RUNS})\n`)
  if (columns.length > 0) console.log(table(columns))
  if (api.length > 0) console.log(`\n${printed(['the JavaScript API', 'a page', 'Node'], api)}`)
  if (backend.length > 0) console.log(`\n${printed(['a page and its backend in Node', ''], backend)}`)
  for (const note of notes) console.log(`\n${note}`)
}

if (unknown.length > 0) {
  console.error(`unknown option ${unknown.join(' ')}; there are --runs=N, --only=PART,… of ${PARTS.join(', ')}, ${OPTIONAL.map((name) => `--${name}`).join(', ')}`)
  process.exitCode = 2
} else {
  await main(bench)
}
