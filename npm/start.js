/**
 * `npm start`: from a fresh clone to a window. Sets up what is missing, builds, packs the npm packages,
 * installs `ssc` from them into a scratch folder, and makes, builds and runs an app with it as a user would.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

import { buildNative, packAll } from './build.js'
import { openDisplay, screenshot } from './display.js'
import { npm, setup } from './setup.js'
import { exec, folder, main, step, StepError } from './steps.js'

// Spaces and letters beyond ASCII are where paths go wrong first.
const APP = path.join('Größe – 世界', 'hello')
// What a build for development calls it.
const EXECUTABLE = 'hello-dev'
const PICTURE = path.join(folder, 'build', 'screenshot.png')
const PAGE_TIMEOUT = 60_000
const END_TIMEOUT = 10_000

/**
 * Installs the packed packages as `npm install --global` does, from the files alone.
 *
 * @param {{ wrapper: string, platform: string }} packages
 * @param {string} prefix
 * @param {string} cache
 * @returns {Promise<string>} the installed `ssc`
 */
async function install ({ wrapper, platform }, prefix, cache) {
  await exec(npm, ['install', '--global', '--offline', '--no-audit', '--no-fund', '--prefix', prefix,
    '--cache', cache, platform, wrapper])
  return process.platform === 'win32' ? path.join(prefix, 'ssc.cmd') : path.join(prefix, 'bin', 'ssc')
}

/**
 * Runs `ssc build -r`, shows what the page prints, takes the picture and ends the app.
 *
 * @param {string} ssc
 * @param {string} app
 */
async function run (ssc, app) {
  const display = await openDisplay()
  console.log(`    display: ${display.name}`)
  const child = spawn(ssc, ['build', '-r'], {
    cwd: app,
    env: { ...process.env, ...display.env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const ended = once(child, 'exit')
  try {
    let errors = ''
    createInterface({ input: child.stderr }).on('line', (line) => {
      errors += `${line}\n`
      console.log(`    │ ${line}`)
    })
    const printed = new Promise((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        console.log(`    │ ${line}`)
        resolve(true)
      })
    })
    const timer = new AbortController()
    const outcome = await Promise.race([
      printed,
      ended.then(([code, signal]) => `ended early (${signal ?? `exit code ${code}`})`),
      sleep(PAGE_TIMEOUT, `printed nothing in ${PAGE_TIMEOUT / 1000} s`, { signal: timer.signal })
        .catch(() => 'cancelled')
    ])
    timer.abort()
    if (outcome !== true) throw new StepError(`the app ${outcome}`, { output: errors })
    return await screenshot(display, EXECUTABLE, PICTURE)
  } finally {
    await end(child, ended)
    await display.close()
  }
}

/**
 * Ends the app the way a terminal or a session does.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {Promise<any[]>} ended
 */
async function end (child, ended) {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT)
  await ended
  clearTimeout(timer)
  if (child.signalCode === 'SIGKILL') throw new StepError('the app did not end on SIGTERM')
}

await main(async () => {
  await setup()
  await buildNative()
  const packages = await packAll({ types: false })
  const scratch = await fs.mkdtemp(path.join(os.tmpdir(), 'socket-start-'))
  try {
    const ssc = await step('install ssc from the packages', () =>
      install(packages, path.join(scratch, 'prefix'), path.join(scratch, 'cache')))
    const app = path.join(scratch, APP)
    await fs.mkdir(app, { recursive: true })
    await step('ssc init', async () => {
      const { stdout } = await exec(ssc, ['init'], { cwd: app })
      return stdout.trim().split('\n').join(', ')
    })
    const picture = await step('ssc build -r', () => run(ssc, app))
    console.log(picture === null
      ? '\nNo screenshot: this desktop does not let programs take one; the window was on your screen.'
      : `\nScreenshot: ${path.relative(process.cwd(), picture)}`)
  } finally {
    await fs.rm(scratch, { recursive: true, force: true })
  }
})
