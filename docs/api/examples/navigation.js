import { navigation } from 'socket:navigation'

export const about = {
  Entry: 'What is kept of one place.',
  NavigationResult: 'Two promises of an entry: `committed` when it is current, `finished` when its handlers are done.',
  Navigation: 'What a window knows of where it has been. `navigation` is that of this one.',
  NavigationHistoryEntry: 'One place where a window has been: `url`, `key`, `id`, `index`, `getState()`.'
}

/**
 * @for navigation
 * @app
 */
export async function going () {
  if (navigation === null) return
  const { finished } = navigation.navigate('#notes', { state: { open: true } })
  const entry = await finished
  console.log(entry.url.endsWith('#notes'), entry.getState()) // → true { open: true }
  await navigation.back().finished
  console.log(navigation.canGoForward) // → true
}
