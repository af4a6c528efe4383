/**
 * Runs test files, each in a process of its own, and counts what they report as TAP.
 */
import { spawn } from 'node:child_process'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

import { folder } from '../npm/steps.js'

/**
 * @typedef {object} Count
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string} [output]  what failing ones printed
 * @property {number} [flaky]  files that failed, and passed when they ran once more
 */

// For a file that hangs between its tests, which have limits of their own: longer than any takes on a slow machine.
const FILE_TIMEOUT = 600_000

/** What flaky files printed when they failed. */
const FLAKY = path.join(folder, 'build', 'flaky')

/**
 * The counts of one TAP stream. The summary at its end is what counts; without one, its top-level results.
 *
 * @param {string} text
 * @returns {Count}
 */
export function countTap (text) {
  const summary = (/** @type {string} */ word) => {
    const found = [...text.matchAll(new RegExp(`^# ${word}\\s+(\\d+)`, 'gm'))].at(-1)
    return found ? Number(found[1]) : null
  }
  const pass = summary('pass')
  if (pass !== null) {
    return {
      passed: pass,
      failed: (summary('fail') ?? 0) + (summary('cancelled') ?? 0),
      skipped: (summary('skipped') ?? summary('skip') ?? 0) + (summary('todo') ?? 0)
    }
  }
  const count = { passed: 0, failed: 0, skipped: 0 }
  for (const [, not, rest] of text.matchAll(/^(not )?ok\b(.*)$/gm)) {
    if (/# (skip|todo)/i.test(rest)) count.skipped++
    else if (not) count.failed++
    else count.passed++
  }
  return count
}

/**
 * What a person needs of the output of a failed file: without the tests that passed.
 *
 * @param {string} text
 */
export function failures (text) {
  const kept = []
  // Behind a result there may be a block of details, from `---` to `...`.
  let passed = false
  let details = false
  for (const line of text.split('\n')) {
    if (details) {
      details = !/^\s*\.\.\.$/.test(line)
      continue
    }
    details = passed && /^\s*---$/.test(line)
    passed = /^\s*ok \d+/.test(line)
    const frame = /^\s*(# Subtest: |# \w+ [\d.]+$|1\.\.\d+$|TAP version)/.test(line)
    if (!details && !passed && !frame) kept.push(line)
  }
  return kept.join('\n')
}

/**
 * @param {string} file
 * @param {string} node  the executable
 * @param {string[]} flags  for it
 * @param {Record<string, string | undefined>} env
 * @param {number} timeout  in milliseconds
 * @returns {Promise<Count>}
 */
function runFile (file, node, flags, env, timeout) {
  return new Promise((resolve) => {
    const child = spawn(node, [...flags, '--test-reporter=tap', file], {
      cwd: folder,
      // Set by `node --test` around us, it would make the file report to that instead of printing TAP.
      env: { ...process.env, ...env, NODE_TEST_CONTEXT: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout
    })
    let text = ''
    let output = ''
    child.stdout.on('data', (chunk) => { text += chunk; output += chunk })
    child.stderr.on('data', (chunk) => { output += chunk })
    child.on('close', (code, signal) => {
      const count = countTap(text)
      if (signal !== null) output += `\nended by ${signal} (a file has ${timeout / 1000} s)\n`
      if (count.passed + count.failed + count.skipped === 0) output += '\nreported no test at all\n'
      const broken = code !== 0 || count.passed + count.failed + count.skipped === 0
      if (broken && count.failed === 0) count.failed = 1
      const name = path.relative(folder, file)
      resolve(count.failed > 0 ? { ...count, output: `${name} (exit code ${code})\n${failures(output)}` } : count)
    })
  })
}

/** @param {Count[]} counts @returns {Count} */
export const sum = (counts) => {
  const add = (/** @type {'passed' | 'failed' | 'skipped' | 'flaky'} */ key) => counts.reduce((all, one) => all + (one[key] ?? 0), 0)
  const output = counts.map((one) => one.output).filter(Boolean).join('\n')
  return {
    passed: add('passed'),
    failed: add('failed'),
    skipped: add('skipped'),
    ...(add('flaky') > 0 && { flaky: add('flaky') }),
    ...(output !== '' && { output })
  }
}

// A file is a test when it imports one of the two test modules; all else in the folders is what tests share.
const IMPORTS_TEST = /^(import|} from)\b.*'(node|socket):test'/m

/**
 * The test files of a folder.
 *
 * @param {string} where
 * @returns {Promise<string[]>}
 */
async function testFiles (where) {
  const entries = await fs.readdir(path.join(folder, where), { withFileTypes: true }).catch(() => [])
  const lists = await Promise.all(entries.map(async (entry) => {
    const name = path.join(where, entry.name)
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : testFiles(name)
    if (!entry.name.endsWith('.js')) return []
    const file = path.join(folder, name)
    return IMPORTS_TEST.test(await fs.readFile(file, 'utf8')) ? [file] : []
  }))
  return lists.flat().sort()
}

/**
 * The names of the tests that failed, of the output of their file.
 *
 * @param {string} text
 */
const failed = (text) => [...text.matchAll(/^not ok \d+ - (.*)$/gm)].map(([, name]) => `"${name}"`).join(', ') || 'all of it'

/**
 * Runs every test file of a folder.
 *
 * @param {string} where  from the root of the checkout
 * @param {object} [options]
 * @param {string} [options.node]  the executable
 * @param {string[]} [options.flags]  for it
 * @param {Record<string, string | undefined>} [options.env]
 * @param {number} [options.jobs]  files at a time
 * @param {number} [options.timeout]  of each file, in milliseconds
 * @param {boolean} [options.again]  a file that failed runs once more when all have run, alone. For tests that look at what the
 *   system does in its own time, a window manager or a network: one that then passes is counted as flaky, and named, so that
 *   it is mended, but does not make the whole fail
 * @returns {Promise<Count>}
 */
export async function runFolder (where, { node = process.execPath, flags = [], env = {}, jobs = os.cpus().length, timeout = FILE_TIMEOUT, again = false } = {}) {
  const files = await testFiles(where)
  if (files.length === 0) return { passed: 0, failed: 1, skipped: 0, output: `${where} has no test file` }
  /** @type {Count[]} */
  const counts = []
  /** @type {[file: string, count: Count][]} */
  const bad = []
  const queue = [...files]
  await Promise.all(Array.from({ length: jobs }, async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const count = await runFile(file, node, flags, env, timeout)
      counts.push(count)
      if (again && count.failed > 0) bad.push([file, count])
    }
  }))
  for (const [file, first] of bad) {
    const second = await runFile(file, node, flags, env, timeout)
    if (second.failed > 0) continue
    counts.splice(counts.indexOf(first), 1, { ...second, flaky: 1 })
    const log = path.join(FLAKY, `${path.relative(folder, file).replace(/[\\/]/g, '-')}.txt`)
    await fs.mkdir(FLAKY, { recursive: true })
    await fs.writeFile(log, first.output ?? '')
    console.log(`    flaky: ${path.relative(folder, file)} failed (${failed(first.output ?? '')}) and passed when it ran again; ${path.relative(folder, log)}`)
  }
  return sum(counts)
}
