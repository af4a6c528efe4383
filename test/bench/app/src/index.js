/**
 * The page of every system in the bench: says when it was loaded, then, when it is asked to, measures.
 * `driver.js` and `config.js` are laid beside it: how to call this system, and what to measure.
 */
import config from './config.js'

document.addEventListener('DOMContentLoaded', async () => {
  // Before anything of the system's own is loaded: the time of the page, not of its modules.
  const loaded = Date.now()
  const { say } = await import('./driver.js')
  say(JSON.stringify({ name: 'loaded', value: loaded }))
  if (config.measure) {
    const { measure } = await import('./measure.js')
    try {
      await measure(config, (name, value) => say(JSON.stringify({ name, value })))
    } catch (error) {
      say(JSON.stringify({ name: 'error', value: `${error}` }))
    }
  }
  say(JSON.stringify({ name: 'done', value: 0 }))
})
