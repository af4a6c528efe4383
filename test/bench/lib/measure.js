/**
 * What every system in the bench is measured with.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import path from 'node:path'
import { createInterface } from 'node:readline'

const RUN_TIMEOUT = 180_000

/** @param {number[]} list */
export const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]

/**
 * The sum of the sizes of all files below a folder.
 *
 * @param {string} place  a folder or a file
 * @returns {Promise<number>}
 */
export async function size (place) {
  const stat = await fs.lstat(place)
  if (!stat.isDirectory()) return stat.size
  const names = await fs.readdir(place)
  const sizes = await Promise.all(names.map((name) => size(path.join(place, name))))
  return sizes.reduce((sum, one) => sum + one, 0)
}

/**
 * Milliseconds until a command has ended well.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export async function time (command, args, options = {}) {
  const start = performance.now()
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], ...options })
  let errors = ''
  child.stderr?.on('data', (chunk) => { errors += chunk })
  const [code] = await once(child, 'exit')
  const took = performance.now() - start
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed with ${code}\n${errors}`)
  return took
}

/** @returns {Promise<Map<number, number[]>>} the children of every process */
async function children () {
  /** @type {Map<number, number[]>} */
  const tree = new Map()
  for (const name of await fs.readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = await fs.readFile(`/proc/${name}/stat`, 'utf8').catch(() => null)
    if (stat === null) continue
    // The name in brackets may hold anything, a bracket too.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
    tree.set(parent, [...(tree.get(parent) ?? []), Number(name)])
  }
  return tree
}

/**
 * Proportional set size of a process, and of all below it, in bytes.
 *
 * @param {number} pid
 */
async function pss (pid) {
  const tree = await children()
  const sum = { own: 0, below: 0 }
  const queue = [pid]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    queue.push(...(tree.get(next) ?? []))
    const text = await fs.readFile(`/proc/${next}/smaps_rollup`, 'utf8').catch(() => '')
    sum[next === pid ? 'own' : 'below'] += Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024
  }
  return sum
}

/**
 * Waits until the memory of a started app changes by less than a hundredth in a second.
 *
 * @param {number} pid
 */
export async function settledPss (pid) {
  const whole = (/** @type {{ own: number, below: number }} */ { own, below }) => own + below
  let before = { own: 0, below: 0 }
  for (let i = 0; i < 20; i++) {
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const now = await pss(pid)
    if (Math.abs(whole(now) - whole(before)) < whole(now) / 100) return now
    before = now
  }
  return before
}

/**
 * @typedef {{ executable: string, args?: string[], cwd?: string, env: Record<string, string | undefined> }} App
 */

/**
 * Starts an app and collects what its page reports, until it says that it is done.
 *
 * @param {App} app
 * @param {{ memory?: boolean }} [options]
 * @returns {Promise<Record<string, number>>}  `loaded` is milliseconds from exec to DOMContentLoaded
 */
export async function run ({ executable, args = [], cwd, env }, { memory = false } = {}) {
  const start = Date.now()
  const child = spawn(executable, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: RUN_TIMEOUT
  })
  const ended = once(child, 'exit')
  let errors = ''
  child.stderr.on('data', (chunk) => { errors += chunk })
  /** @type {Record<string, number>} */
  const report = {}
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      // The predecessor puts a prefix before what a page prints.
      const json = /\{"name":.*\}/.exec(line)
      if (json === null) continue
      const { name, value } = JSON.parse(json[0])
      if (name === 'error') throw new Error(`${executable}: ${value}`)
      report[name] = name === 'loaded' ? value - start : value
      if (name !== 'done') continue
      if (memory) {
        const { own, below } = await settledPss(/** @type {number} */ (child.pid))
        report.memory = own + below
      }
      return report
    }
    throw new Error(`${executable} ended before its page was done\n${errors}`)
  } finally {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
    await ended
    clearTimeout(timer)
  }
}
