/** The tests of the app. `npm test` runs them inside it, in the real WebView. */
import fs from 'socket:fs/promises'
import test from 'socket:test'

import { until } from './test-context.js'

/** @param {string} text */
const shows = (text) => until(() => document.querySelector('#source')?.textContent?.includes(text))

test('the page shows its own source', async (t) => {
  t.ok(await shows('<!doctype html>'), 'the first lines of index.html')
})

/** The button of a file: looked for each time, because a framework may have made it anew. */
const button = (/** @type {string} */ name) => [...document.querySelectorAll('button')]
  .find((one) => one.textContent?.trim() === name)

test('another file is one click away', async (t) => {
  const [first] = (await fs.readFile('index.css', 'utf8')).split('\n')
  const found = await until(() => button('index.css'))
  found.click()
  t.ok(await shows(first.slice(0, 80)), 'the first line of index.css')
  t.ok(await until(() => button('index.css')?.getAttribute('aria-pressed') === 'true'), 'its button is pressed')
})
