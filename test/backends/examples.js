/** The examples in every language do what a page may expect of a backend. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

import { folder, page } from './app.js'
import { languages, obstacle } from './languages.js'

const conversation = fileURLToPath(new URL('../api/backend.js', import.meta.url))

for (const language of languages) {
  test(`a backend in ${language.name}`, { timeout: 120_000 }, async t => {
    const why = obstacle(language)
    if (why !== undefined) return t.skip(why)
    const directory = folder(t)
    language.lay(directory)
    const { code, out, err } = await page(language.cmd, conversation, { directory })
    assert.equal(code, 0, out + err)
    assert.match(out, /^# fail 0$/m, out + err)
    assert.match(err, /^a line for the terminal$/m, 'what is no message is shown')
  })
}
