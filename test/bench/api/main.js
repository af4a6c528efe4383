/**
 * What a part of `npm run bench -- --only=api` runs, the same text in a page and in Node: `config.js` beside it says
 * which part, `node:` names what both have.
 */
import process from 'node:process'

// @ts-ignore it is laid beside this file when it runs
import config from './config.js'

try {
  const { default: measure } = await import(`./${config.part}.js`)
  console.log(JSON.stringify({ figures: await measure(config) }))
  process.exit(0)
} catch (error) {
  console.error(error)
  process.exit(1)
}
