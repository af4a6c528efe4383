/**
 * The backends that the examples are: how each is laid out and started. A test runs test/api/backend.js against every
 * one of them, over the routes in Node; test/desktop/backend.js does so in a window.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const library = fileURLToPath(new URL('../../js/node', import.meta.url))

/**
 * @typedef {object} Language
 * @property {string} name
 * @property {string} needs   the program without which it is left out
 * @property {string} cmd     for socket.ini
 * @property {(folder: string) => void} lay   puts what it needs into the app's folder
 */

/** @param {string} name @returns {Language['lay']} */
const copy = name => folder => cpSync(join(here, name), join(folder, name))

/** @type {Language[]} */
export const languages = [
  { name: 'shell', needs: 'sh', cmd: 'sh backend.sh', lay: copy('backend.sh') },
  { name: 'Python', needs: 'python3', cmd: 'python3 backend.py', lay: copy('backend.py') },
  {
    name: 'Node',
    needs: 'node',
    cmd: 'node backend.mjs',
    lay (folder) {
      copy('backend.mjs')(folder)
      mkdirSync(join(folder, 'node_modules/@socketsupply'), { recursive: true })
      symlinkSync(library, join(folder, 'node_modules/@socketsupply/socket-node'), 'junction')
    }
  },
  { name: 'Rust', needs: 'rustc', cmd: './backend-rust', lay: folder => cpSync(compiled(), join(folder, 'backend-rust')) }
]

/** @type {string | undefined} */
let program

/** Compiles the example once for all tests of a process. */
function compiled () {
  if (program === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'socket-rust-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    const output = join(folder, 'backend')
    const { status, stderr } = spawnSync('rustc', ['--edition', '2021', '-O', '-o', output, join(here, 'backend.rs')], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`rustc failed:\n${stderr}`)
    program = output
  }
  return program
}

/**
 * Why a language cannot be tested here, or nothing.
 *
 * @param {Language} language
 */
export function obstacle ({ name, needs }) {
  return spawnSync(needs, [needs === 'sh' ? '-c' : '--version', 'exit'], { stdio: 'ignore' }).error === undefined
    ? undefined
    : `${needs} is not installed, so the backend in ${name} is not tested`
}
