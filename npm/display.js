/**
 * A display to open windows on, and pictures of it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { ask, exec, StepError } from './steps.js'

/**
 * @typedef {object} Display
 * @property {string} name                          what to call it
 * @property {Record<string, string | undefined>} env  for programs that shall use it
 * @property {boolean} own                          whether it was started here, and nobody looks at it
 * @property {() => Promise<void>} close
 */

const SIZE = '1280x800x24'

/** @returns {Promise<Display>} an Xvfb of our own */
export async function virtualDisplay () {
  // The server picks a free number itself and writes it to descriptor 3 once it accepts clients.
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', SIZE, '-nolisten', 'tcp', '-noreset'], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe']
  })
  let said = ''
  server.stderr?.on('data', (chunk) => { said += chunk })
  const number = await new Promise((resolve, reject) => {
    const hint = 'run `node npm/setup.js`, which installs the package xvfb'
    server.on('error', (error) => reject(new StepError(`cannot start Xvfb: ${error.message}`, { hint })))
    server.on('exit', () => reject(new StepError('Xvfb ended at once', { hint, output: said })))
    let text = ''
    server.stdio[3]?.on('data', (chunk) => {
      text += chunk
      if (text.includes('\n')) resolve(text.trim())
    })
  })
  return {
    name: `Xvfb :${number}`,
    env: {
      DISPLAY: `:${number}`,
      WAYLAND_DISPLAY: undefined,
      GDK_BACKEND: 'x11',
      // There is no session that could answer, and asking takes GTK seconds.
      NO_AT_BRIDGE: '1'
    },
    own: true,
    async close () {
      if (server.exitCode !== null || server.signalCode !== null) return
      const end = once(server, 'exit')
      server.kill()
      await end
    }
  }
}

/** @returns {Promise<Display>} the user's display, or an own one where there is none */
export async function openDisplay () {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env
  if (process.platform !== 'linux') {
    return { name: 'this desktop', env: {}, own: false, close: async () => {} }
  }
  if (WAYLAND_DISPLAY) {
    return { name: `Wayland ${WAYLAND_DISPLAY}`, env: {}, own: false, close: async () => {} }
  }
  if (DISPLAY && await ask('xwininfo', ['-root']) !== null) {
    return { name: `X11 ${DISPLAY}`, env: {}, own: false, close: async () => {} }
  }
  return virtualDisplay()
}

/**
 * How many colours a picture has: one for an empty screen.
 *
 * @param {string} file
 */
async function colours (file) {
  const { stdout } = await exec('identify', ['-format', '%k', file])
  return Number(stdout)
}

// An empty page on an empty screen has two or three; text with smoothed edges has dozens.
const PAINTED = 8
const TRIES = 60
const INTERVAL = 250

/**
 * Takes pictures until the window is painted and stands still, and keeps the last one. On an own display
 * that is the whole screen without its empty margin; on the user's only the window of that title.
 *
 * @param {Display} display
 * @param {string} title
 * @param {string} file
 * @returns {Promise<string>} what was done, for people
 */
export async function screenshot (display, title, file) {
  if (process.platform !== 'linux' || display.name.startsWith('Wayland')) {
    return `no screenshot: ${display.name} does not let programs take one; the window was on your screen`
  }
  await fs.mkdir(path.dirname(file), { recursive: true })
  const args = display.own
    ? ['-window', 'root', '-trim', '+repage', file]
    : ['-window', title, file]
  let before = 0
  for (let i = 0; i < TRIES; i++) {
    const shot = await exec('import', args, { env: display.env, codes: [0, 1] })
    if (shot.code === 0) {
      const now = await colours(file)
      if (now > PAINTED && now === before) return file
      before = now
    }
    await sleep(INTERVAL)
  }
  throw new StepError('the window stayed empty', { hint: `look at ${file}` })
}
