/**
 * `npm test`: sets up what is missing and makes every check, cheapest first.
 *
 *     npm test                   everything
 *     npm test -- fast           what needs no WebView
 *     npm test -- lint cli       these, and what they need
 *     npm test -- --bail         stop at the first failure
 *     npm test -- --list         what there is
 */
import { setup } from '../npm/setup.js'
import { complain, seconds } from '../npm/steps.js'
import { checks } from './checks.js'

const words = process.argv.slice(2)
const flags = new Set(words.filter((word) => word.startsWith('-')))
const wanted = words.filter((word) => !word.startsWith('-'))
const known = new Set(checks.flatMap(({ name, groups = [] }) => [name, ...groups]))

const wrong = [...wanted.filter((word) => !known.has(word)),
  ...[...flags].filter((flag) => flag !== '--bail' && flag !== '--list')]
if (wrong.length > 0) {
  console.error(`there is no check ${wrong.join(', ')}; there are ${[...known].join(', ')}`)
  process.exit(2)
}
if (flags.has('--list')) {
  for (const { name, about } of checks) console.log(`${name.padEnd(16)}${about}`)
  process.exit(0)
}

/** The chosen checks with what they need. */
function choose () {
  if (wanted.length === 0) return checks
  const chosen = new Set(checks
    .filter(({ name, groups = [] }) => [name, ...groups].some((word) => wanted.includes(word)))
    .map(({ name }) => name))
  // Needs stand before those that need them, so one pass from the end finds all.
  for (const { name, needs = [] } of [...checks].reverse()) {
    if (chosen.has(name)) needs.forEach((need) => chosen.add(need))
  }
  return checks.filter(({ name }) => chosen.has(name))
}

/** @param {import('./tap.js').Count} count */
const text = ({ passed, failed, skipped, flaky }) => `${passed} passed, ${failed} failed, ${skipped} skipped${flaky ? `, ${flaky} flaky` : ''}`

const begin = performance.now()
const total = { passed: 0, failed: 0, skipped: 0, flaky: 0 }
/** @type {string[]} */
const broken = []
/** How long each took, in milliseconds. @type {[name: string, time: number][]} */
const times = []
const SLOWEST = 5

try {
  await setup()
} catch (error) {
  complain(error)
  console.log(text({ ...total, failed: 1 }))
  process.exit(1)
}

for (const { name, about, needs = [], run } of choose()) {
  console.log(`▸ ${name}: ${about}`)
  const start = performance.now()
  const missing = needs.filter((need) => broken.includes(need))
  /** @type {import('./tap.js').Count} */
  let count
  try {
    if (missing.length > 0) {
      console.log(`    skipped: ${missing.join(' and ')} failed`)
      count = { passed: 0, failed: 0, skipped: 1 }
    } else {
      count = await run()
    }
  } catch (error) {
    complain(error)
    count = { passed: 0, failed: 1, skipped: 0 }
  }
  if (count.output) console.error(count.output.trimEnd().replace(/^/gm, '    '))
  const bad = count.failed > 0 || missing.length > 0
  if (bad) broken.push(name)
  times.push([name, performance.now() - start])
  console.log(`  ${bad ? '✗' : '✓'} ${name}: ${text(count)} (${seconds(performance.now() - start)})`)
  total.passed += count.passed
  total.failed += count.failed
  total.skipped += count.skipped
  total.flaky += count.flaky ?? 0
  if (bad && flags.has('--bail')) break
}

if (broken.length > 0) console.log(`\nNot right: ${broken.join(', ')}`)
const slowest = times.sort(([, one], [, other]) => other - one).slice(0, SLOWEST)
console.log(`\n${seconds(performance.now() - begin)}; most of it: ${slowest.map(([name, time]) => `${name} ${seconds(time)}`).join(', ')}`)
console.log(text(total))
process.exitCode = total.failed > 0 ? 1 : 0
