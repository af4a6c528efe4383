import { createWindow } from 'socket:application'
import * as windows from 'socket:window'

export const about = {
  constants: 'The numbers of what may become of a window: see `socket:window/constants`.',
  ApplicationWindow: 'A window of the app.',
  MenuEntry: 'One entry of a menu, or a menu.',
  WindowState: 'What is known of a window.',
  WindowOptions: 'What a window is like.'
}

/** The address of a page of the app. */
export function formatURL () {
  console.log(windows.formatURL('about.html').endsWith('/about.html')) // → true
}

/**
 * @for ApplicationWindow
 * @app
 */
export async function changes () {
  const window = await createWindow({ path: '/blank.html' })
  await window.setTitle('Notes')
  console.log(window.getTitle(), window instanceof windows.ApplicationWindow) // → Notes true
  await window.close()
}
