/** Drives the page of an app from a test: what the test says is run there, and the test gets what comes of it. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { withApp } from './app.js'

/** @typedef {(code: string) => Promise<any>} Say */

/** @param {number} port */
const page = (port) => `<!doctype html><meta charset="utf-8"><title>driven</title><body style="margin:0;height:100vh">
<script type="module">
  import * as application from 'socket:application'
  const Work = (async () => {}).constructor
  const seen = []
  globalThis.seen = seen
  globalThis.application = application
  const server = 'http://127.0.0.1:${port}'
  for (;;) {
    const code = await (await fetch(server + '/next')).text()
    let answer
    try {
      answer = { value: await new Work('application', 'seen', code)(application, seen) ?? null }
    } catch (error) {
      answer = { error: { name: error.name, code: error.code, message: error.message } }
    }
    await fetch(server + '/answer', { method: 'POST', body: JSON.stringify(answer) })
  }
</script>`

/**
 * @param {{ display: string }} xvfb
 * @param {Parameters<typeof withApp>[2] & { files?: Record<string, string>, args?: string[], env?: Record<string, string> }} options
 * @param {(say: Say, running: import('./app.js').Running, app: any, env: Record<string, string>) => Promise<void>} work
 *   `say` rejects with what the page throws
 */
export async function drive (xvfb, { files = {}, args = [], env: more = {}, ...options }, work) {
  /** @type {string[]} */
  const codes = []
  /** @type {import('node:http').ServerResponse | undefined} */
  let waiting
  /** @type {((answer: any) => void) | undefined} */
  let answered
  const give = () => {
    const code = waiting === undefined ? undefined : codes.shift()
    if (code === undefined) return
    waiting?.end(code)
    waiting = undefined
  }
  const server = createServer(async (request, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*')
    if (request.method === 'POST') {
      let text = ''
      for await (const part of request) text += part
      response.end()
      answered?.(JSON.parse(text))
    } else {
      waiting = response
      give()
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  try {
    await withApp(xvfb, { 'index.html': page(port), 'blank.html': '<!doctype html><title>blank</title>', ...files }, options, async (app, env) => {
      const running = app.run(args, { ...env, ...more })
      /** @type {Say} */
      const say = async (code) => {
        const answer = new Promise((resolve, reject) => {
          answered = resolve
          running.ended.then(({ stdout, stderr }) => reject(new Error(`the app ended during \`${code}\`:\n${stdout}\n${stderr}`)), reject)
        })
        codes.push(code)
        give()
        const { value, error } = await answer
        if (error !== undefined) throw Object.assign(new Error(error.message), error)
        return value
      }
      try {
        await work(say, running, app, { ...env, ...more })
      } finally {
        running.child.kill()
        await running.ended
      }
    })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/**
 * A window manager on a display.
 *
 * @param {{ display: string }} xvfb
 */
export async function startManager ({ display }) {
  // An empty file makes it open a window about a syntax error, which takes the keyboard from the app.
  const folder = mkdtempSync(join(tmpdir(), 'socket-openbox-'))
  const config = join(folder, 'rc.xml')
  writeFileSync(config, '<openbox_config xmlns="http://openbox.org/3.4/rc"/>')
  const child = spawn('openbox', ['--sm-disable', '--config-file', config], { env: { ...process.env, DISPLAY: display }, stdio: 'ignore' })
  const ended = new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`openbox cannot be started (apt-get install openbox): ${error.message}`)))
    child.once('exit', resolve)
  })
  ended.catch(() => {})
  return {
    stop: async () => {
      child.kill()
      await ended
      rmSync(folder, { recursive: true })
    }
  }
}

/** Twenty seconds: longer than anything takes on a slow machine. */
const TRIES = 400

/**
 * Asks until it is so.
 *
 * @template T
 * @param {() => T | Promise<T>} ask
 * @param {(value: T) => boolean} isSo
 * @returns {Promise<T>} the last answer, whether it is so or not
 */
export async function until (ask, isSo) {
  for (let left = TRIES; ; left--) {
    const value = await ask()
    if (left === 0 || isSo(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
