/**
 * Lays out the page of the bench for one system.
 */
import fs from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const app = fileURLToPath(new URL('../app', import.meta.url))

const SMALL = 1024
const LARGE = 64 * 1024 * 1024

/**
 * @typedef {object} Work
 * @property {{ path: string, size: number }} small
 * @property {{ path: string, size: number }} large
 * @property {number} calls
 * @property {number} runs
 */

/**
 * Makes the files that pages read.
 *
 * @param {string} scratch
 * @param {number} runs
 * @returns {Promise<Work>}
 */
export async function prepare (scratch, runs) {
  const make = async (/** @type {string} */ name, /** @type {number} */ size) => {
    const file = path.join(scratch, name)
    await fs.writeFile(file, Buffer.alloc(size, 'socket'))
    return { path: file, size }
  }
  return { small: await make('small.bin', SMALL), large: await make('large.bin', LARGE), calls: 1000, runs }
}

// A page that no policy governs calls nothing here; the other systems have no use for the line.
const POLICY = '<meta http-equiv="Content-Security-Policy" content="connect-src ipc:">'

/** @param {string} folder */
async function allow (folder) {
  const file = path.join(folder, 'index.html')
  const html = await fs.readFile(file, 'utf8')
  await fs.writeFile(file, html.replace('<meta charset="utf-8">', `$&\n  ${POLICY}`))
}

/**
 * @param {string} folder
 * @param {'socket' | 'predecessor' | 'wry' | 'tauri'} driver
 * @param {Work | null} work  null: only say when the page was loaded
 */
export async function layPage (folder, driver, work) {
  await fs.cp(path.join(app, 'src'), folder, { recursive: true })
  if (driver === 'socket') await allow(folder)
  await fs.copyFile(path.join(app, 'drivers', `${driver}.js`), path.join(folder, 'driver.js'))
  await fs.writeFile(path.join(folder, 'config.js'), `export default ${JSON.stringify({ measure: work !== null, ...work })}\n`)
}
