#!/usr/bin/env node
import { run } from '../js/addon/index.js'

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  const { message, hint } = /** @type {Error & { hint?: string }} */ (error)
  console.error(`ssc: ${message}`)
  if (hint !== undefined) console.error(`hint: ${hint}`)
  process.exitCode = 1
}
