import application from 'socket:application'

export const about = {
  CreateWindowOptions: 'What a new window is like: its page, size, place and title.',
  MenuEntry: 'One entry of a menu, or a menu.'
}

/** The number of the window that this page is in. */
export function getCurrentWindowIndex () {
  console.log(application.getCurrentWindowIndex()) // → 0
}

/**
 * Opens a window.
 * @app
 */
export async function createWindow () {
  const window = await application.createWindow({ path: '/blank.html', title: 'Second', width: 300, height: 200 })
  console.log(window.index, window.getTitle()) // → 1 Second
  await window.close()
}

/**
 * The extent of the screen, in logical pixels.
 * @app
 */
export async function getScreenSize () {
  const { width, height } = await application.getScreenSize()
  console.log(width > 0 && height > 0) // → true
}

/**
 * The open windows, by number.
 * @app
 */
export async function getWindows () {
  console.log(Object.keys(await application.getWindows())) // → [ '0' ]
}

/**
 * The window of a number, or an error.
 * @app
 */
export async function getWindow () {
  console.log((await application.getWindow(0)).index) // → 0
}

/**
 * The window that this page is in.
 * @app
 */
export async function getCurrentWindow () {
  console.log((await application.getCurrentWindow()).index) // → 0
}

/**
 * Removes what pages have stored.
 * @app
 */
export async function clearStorage () {
  localStorage.setItem('word', 'stored')
  await application.clearStorage()
  console.log(localStorage.getItem('word')) // → null
}

/** Ends the app. */
export function exit () {
  const later = () => application.exit(0)
  console.log(typeof later) // → function
}

/** A menu bar. `menuItemSelected` says what was chosen. */
export async function setSystemMenu () {
  globalThis.addEventListener?.('menuItemSelected', (event) => console.log(/** @type {any} */ (event).detail.title))
  const later = () => application.setSystemMenu({
    value: `
      File:
        Open: o + CommandOrControl
        --- : ---
        Leave: _
      ;
      Edit:
        Copy: c + CommandOrControl
        Paste: v + CommandOrControl
      ;`
  })
  const same = () => application.setSystemMenu({
    value: [{ label: 'File', items: [{ label: 'Open', id: 'open', accelerator: 'CommandOrControl+O' }, {}, { label: 'Leave' }] }]
  })
  console.log(typeof later, typeof same) // → function function
}

/** Nothing can be left while it is being saved. */
export async function setSystemMenuItemEnabled () {
  const later = (/** @type {boolean} */ saving) => application.setSystemMenuItemEnabled({ indexMain: 0, indexSub: 2, enabled: !saving })
  console.log(typeof later) // → function
}
