/** The app as a whole: its windows, its configuration, its end. */
import args from 'socket:internal/args'
import * as backendModule from 'socket:backend'
import { call } from 'socket:internal/ipc'
import { hearMenus, nativeMenu, parseMenu } from 'socket:internal/menu'
import { ApplicationWindow, formatURL } from 'socket:window'

/** @typedef {import('socket:internal/menu').MenuEntry} MenuEntry */

/** Options of {@link createWindow}: `path`, and those of `ApplicationWindow#update`.
 * @typedef {import('socket:internal/routes').window.WindowOptions & { path?: string }} CreateWindowOptions */

/** Version of the runtime. */
export const runtimeVersion = args.version

/** Whether this is a development build. */
export const debug = args.debug

/** socket.ini, flattened: `config.build_name`; true, false and numbers are what they look like.
 * @type {Readonly<Record<string, any>>} */
export const config = Object.freeze({ ...args.config })

const { open, close, send, request } = backendModule

/** The app's backend; see `socket:backend`. */
export const backend = Object.freeze({ open, close, send, request })

/** @returns {number} the window that this page is in */
export function getCurrentWindowIndex () {
  return args.index
}

/**
 * Opens a window.
 *
 * @param {CreateWindowOptions} options `path` is a page of the app; without `index` the lowest free one is used
 * @returns {Promise<ApplicationWindow>}
 */
export async function createWindow (options) {
  const { path, url = path, ...rest } = options ?? {}
  if (typeof url !== 'string' || url === '') {
    throw Object.assign(new TypeError('createWindow needs the path of a page, as in { path: "/about.html" }'), { code: 'ERR_INVALID_ARG_TYPE' })
  }
  return new ApplicationWindow(await call('window.open', { url: formatURL(url), options: rest }))
}

/** @returns {Promise<{ width: number, height: number }>} of the screen that the first window is on, logical pixels */
export async function getScreenSize () {
  const { width, height } = await call('application.screen')
  return { width, height }
}

/**
 * @param {number[]} [indices] all when there are none
 * @returns {Promise<Record<number, ApplicationWindow>>} the open ones, by index
 */
export async function getWindows (indices) {
  const states = await call('window.list', {})
  const wanted = states.filter(({ index }) => indices === undefined || indices.includes(index))
  return Object.fromEntries(wanted.map(state => [state.index, new ApplicationWindow(state)]))
}

/**
 * @param {number} index
 * @returns {Promise<ApplicationWindow>} rejects when there is none
 */
export async function getWindow (index) {
  const [state] = await call('window.list', { index })
  return new ApplicationWindow(state)
}

/** @returns {Promise<ApplicationWindow>} the one that this page is in */
export async function getCurrentWindow () {
  return await getWindow(args.index)
}

/**
 * Gives windows a menu bar, on macOS the app. What is chosen arrives as `menuItemSelected` on the global object of the
 * page, with `{ title, parent, id, checked, type, window, state }` in `detail`. Linux, so far.
 *
 * @param {{ value: string | MenuEntry[], index?: number }} options `value`: text (`File:`, then a line for each entry as in
 *   `Save: s + CommandOrControl`, then `;`), or a list of menus; empty: no bar. `index`: of one window; all without it
 * @returns {Promise<void>}
 */
export async function setSystemMenu ({ value, index }) {
  const items = nativeMenu(typeof value === 'string' ? parseMenu(value) : value)
  hearMenus()
  await call('application.setMenu', { items, ...(index !== undefined && { index }) })
}

/**
 * Makes an entry of the menu bar grey, or not.
 *
 * @param {{ indexMain: number, indexSub: number, enabled: boolean, index?: number }} options the number of the menu, that of
 *   the entry in it (lines between others count), and the window where the bar is of one
 * @returns {Promise<void>}
 */
export async function setSystemMenuItemEnabled ({ indexMain, indexSub, enabled, index }) {
  for (const [name, value] of Object.entries({ indexMain, indexSub })) {
    if (Number.isInteger(value) && value >= 0) continue
    throw Object.assign(new TypeError(`setSystemMenuItemEnabled: ${name} is a number from 0 on, not ${value}`), { code: 'ERR_INVALID_ARG_VALUE' })
  }
  await call('application.changeMenu', { path: [indexMain, indexSub], change: { enabled: Boolean(enabled) }, ...(index !== undefined && { index }) })
}

/**
 * Removes what pages have stored in the engine, for all windows that share it with this one: `localStorage`, IndexedDB,
 * caches and cookies. Files are not touched. What pages that are open hold in memory, they may store again.
 *
 * @returns {Promise<void>} resolves when it is gone (macOS, Windows: when it has begun)
 */
export async function clearStorage () {
  await call('application.clearStorage')
  // What this page said a moment ago may still be on its way to the engine's storage, and would stay in the page.
  globalThis.localStorage?.clear()
  globalThis.sessionStorage?.clear()
}

/**
 * Ends the app.
 *
 * @param {number} [code] what the shell sees, 0 to 255
 */
export async function exit (code = 0) {
  await call('application.exit', { code })
}

export * as default from 'socket:application'
