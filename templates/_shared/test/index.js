/** The tests of the app. `npm test` runs them inside it, in the real WebView. */
import fs from 'socket:fs/promises'
import test from 'socket:test'

import { until } from './test-context.js'

/** @param {string} text */
const shows = (text) => until(() => document.querySelector('#source')?.textContent?.includes(text))

test('the page shows its own source', async (t) => {
  t.ok(await shows('<!doctype html>'), 'the first lines of index.html')
})

test('another file is one click away', async (t) => {
  const button = await until(() => [...document.querySelectorAll('button')]
    .find((one) => one.textContent?.trim() === 'index.css'))
  const [first] = (await fs.readFile('index.css', 'utf8')).split('\n')
  button.click()
  t.ok(await shows(first.slice(0, 80)), 'the first line of index.css')
  t.ok(await until(() => button.getAttribute('aria-pressed') === 'true'), 'its button is pressed')
})
