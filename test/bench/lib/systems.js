/**
 * What a system in the bench is.
 *
 * @typedef {object} Setting
 * @property {string} scratch     a folder for it alone
 * @property {Record<string, string | undefined>} env  with the display
 * @property {import('./page.js').Work} work
 * @property {(measure: () => Promise<number>, times?: number) => Promise<number>} repeat  the median
 *
 * @typedef {object} System
 * @property {string} name
 * @property {() => Promise<string | null>} obstacle  why it cannot be measured here, with what to do
 * @property {(setting: Setting) => Promise<{ figures: Figures, starting: import('./measure.js').App }>} measure
 *   `starting` is an app whose page says when it was loaded and does nothing else
 *
 * @typedef {{ [name: string]: number | undefined }} Figures  by the keys of `rows` below
 */
import { ours } from './ours.js'
import { predecessor } from './predecessor.js'
import { tauri } from './tauri.js'
import { wry } from './wry.js'

/** Every system, by the option that turns it on; the first two are always measured. */
export const systems = { ours, wry, predecessor, tauri }

const KIB = 1024
const MIB = KIB * KIB

const ms = (/** @type {number} */ value) => value < 10_000
  ? `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`
  : `${(value / 1000).toFixed(0)} s`
const bytes = (/** @type {number} */ value) => value < 10 * KIB
  ? `${(value / KIB).toFixed(1)} KB`
  : value < MIB ? `${(value / KIB).toFixed(0)} KB` : `${(value / MIB).toFixed(2)} MB`
const rate = (/** @type {number} */ value) => `${Math.round(value)}/s`

/** @type {[key: string, title: string, format: (value: number) => string][]} */
export const rows = [
  ['buildFirst', 'build of hello world, first', ms],
  ['buildAgain', 'build of hello world, again', ms],
  ['commandFirst', 'the same with the start of Node, first', ms],
  ['commandAgain', 'the same with the start of Node, again', ms],
  ['executable', 'size of the executable', bytes],
  ['resources', 'size of its resources', bytes],
  ['whole', 'size of the whole app', bytes],
  ['loaded', 'exec to DOMContentLoaded', ms],
  ['memory', 'memory of all processes (PSS)', bytes],
  ['alone', 'round trips, one after the other', rate],
  ['sixteen', 'round trips, 16 at once', rate],
  ['small', 'read a file of 1 KB', ms],
  ['large', 'read a file of 64 MB', ms],
  ['install', '`npm i -g @socketsupply/socket`, empty cache', ms],
  ['installSize', 'its size on disk', bytes],
  ['createFirst', '`npx create-socket-app vanilla` and `npm start` to the window, empty cache', ms],
  ['createAgain', 'the same again', ms],
  ['version', '`ssc --version`', ms],
  ['node', 'bare Node', ms]
]
