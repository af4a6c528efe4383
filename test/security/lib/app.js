/**
 * Apps that are attacked: run once with the WebView's own enforcement of policies and once without it, so that native
 * code stands alone. Only the development runtime can do the latter.
 */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { makeApp, root } from '../../desktop/app.js'

const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target')

/** What switches the WebView's enforcement off. */
export const SWITCH = 'SOCKET_TEST_WITHOUT_WEBVIEW_CSP'

/** The runtime that has the switch. */
export const development = join(target, 'debug/socket-runtime')
if (!existsSync(development)) throw new Error('the development runtime is not built: cargo build -p socket-runtime')
process.env.SOCKET_RUNTIME = development

/** The runtime that apps are built from. */
export const production = join(target, 'release/socket-runtime')

/** @param {string} path */
export const contains = (path) => readFileSync(path).includes(SWITCH)

/** Long, because a machine that runs the tests may be busy. */
export const timeout = 120_000

/** Both walls, and the inner one alone. */
export const walls = [{ name: 'both walls', webview: true }, { name: 'native code alone', webview: false }]

/** @param {string} policy */
export const meta = (policy) => `<meta http-equiv="Content-Security-Policy" content="${policy}">`

/**
 * What attackers share. `tell(name, result)` of the page prints a line.
 * - `sure`: how native code answers, as far as the attacker can see: its error code, `blocked` (the engine let nothing
 *   through) or `RAN` with what came back.
 */
export const tools = `
const decode = text => { try { return JSON.parse(text.slice(4)).code } catch { return undefined } }
const answered = (status, text) => status === 200 ? 'RAN ' + text.slice(0, 80) : decode(text) ?? status + ' ' + text.slice(0, 80)
let serial = 0
const address = (route, request, token, extra = '') => 'ipc://' + route + '?seq=attack' + Math.random().toString(16).slice(2) + '.' + (++serial) + (token === undefined ? '' : '&document=' + token) + (request === undefined ? '' : '&head=' + encodeURIComponent(JSON.stringify(request))) + extra
const raw = async (url, options) => { try { const r = await fetch(url, options); return answered(r.status, await r.text()) } catch { return 'blocked' } }
const xhr = (url, method = 'GET', body) => { try { const x = new XMLHttpRequest(); x.open(method, url, false); x.send(body); return answered(x.status, x.responseText) } catch { return 'blocked' } }
`

/**
 * Runs an app until it ends, and gives what its pages told.
 *
 * @param {{ display: string }} xvfb
 * @param {Record<string, string | Uint8Array>} files
 * @param {{ webview: boolean, ini?: string, prepare?: (app: ReturnType<typeof makeApp>) => void, after?: (app: ReturnType<typeof makeApp>) => void }} options
 * @returns {Promise<{ told: [string, string][], stderr: string }>}
 */
export async function attack (xvfb, files, { webview, ini = '', prepare, after }) {
  const app = makeApp(files, { ini, bare: true })
  try {
    prepare?.(app)
    /** @type {Record<string, string>} */
    const env = { DISPLAY: xvfb.display, WAYLAND_DISPLAY: '' }
    if (!webview) env[SWITCH] = '1'
    const { code, stdout, stderr } = await app.run(['--headless'], env).ended
    assert.equal(code, 0, `the app ended as it should\n${stdout}\n${stderr}`)
    after?.(app)
    const told = stdout.split('\n').filter(line => line.startsWith('["')).map(line => JSON.parse(line))
    return { told, stderr }
  } finally {
    app.remove()
  }
}

/**
 * Every attempt was made, and refused in a way that is allowed for it.
 *
 * @param {[string, string][]} told
 * @param {string[]} names  all attempts
 * @param {(name: string) => string[]} refusals
 */
export function allRefused (told, names, refusals) {
  const results = new Map(told)
  const wrong = names.filter(name => !refusals(name).includes(results.get(name) ?? 'not tried'))
  assert.deepEqual(wrong.map(name => [name, results.get(name) ?? 'not tried']), [])
  return names.length
}
