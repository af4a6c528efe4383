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
const INTERVAL = 500

/**
 * The window of an app on an X11 display: the largest that has this name, as the server knows it.
 *
 * @param {Display} display
 * @param {string} name
 * @returns {Promise<string | null>}
 */
async function findWindow (display, name) {
  const { stdout } = await exec('xwininfo', ['-root', '-tree'], { env: display.env })
  const windows = [...stdout.matchAll(/^\s*(0x[0-9a-f]+) .*?: \("([^"]*)" .*?\)\s+(\d+)x(\d+)/gm)]
    .filter(([, , owner]) => owner === name)
    .map(([, id, , width, height]) => ({ id, area: Number(width) * Number(height) }))
    .sort((a, b) => b.area - a.area)
  return windows[0]?.id ?? null
}

/**
 * Takes pictures of an app's window until it is painted and stands still, and keeps the last one.
 *
 * @param {Display} display
 * @param {string} name  of the executable
 * @param {string} file
 * @returns {Promise<string | null>} null where programs cannot take one
 */
export async function screenshot (display, name, file) {
  if (process.platform !== 'linux' || display.name.startsWith('Wayland')) return null
  await fs.mkdir(path.dirname(file), { recursive: true })
  let before = 0
  for (let i = 0; i < TRIES; i++) {
    const window = await findWindow(display, name)
    // By number alone: for a name that is not there, `import` waits for a click, with the display held.
    const shot = window === null ? null : await exec('import', ['-window', window, file], { env: display.env, codes: [0, 1] })
    if (shot?.code === 0) {
      const now = await colours(file)
      if (now > PAINTED && now === before) return file
      before = now
    }
    await sleep(INTERVAL)
  }
  throw new StepError(`the window of ${name} stayed empty`, { hint: `look at ${file}` })
}
