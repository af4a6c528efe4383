/**
 * How an AssertionError shows two values that should be equal: line by line, as Node 20 does.
 */
import { inspect } from 'socket:internal/inspect'

/** What is said above, by operator. @type {Record<string, string>} */
export const TITLES = {
  deepStrictEqual: 'Expected values to be strictly deep-equal:',
  strictEqual: 'Expected values to be strictly equal:',
  strictEqualObject: 'Expected "actual" to be reference-equal to "expected":',
  deepEqual: 'Expected values to be loosely deep-equal:',
  notDeepStrictEqual: 'Expected "actual" not to be strictly deep-equal to:',
  notStrictEqual: 'Expected "actual" to be strictly unequal to:',
  notStrictEqualObject: 'Expected "actual" not to be reference-equal to "expected":',
  notDeepEqual: 'Expected "actual" not to be loosely deep-equal to:',
  notDeepEqualUnequal: 'Expected values not to be loosely deep-equal:',
  sameStructure: 'Values have same structure but are not reference-equal:'
}

/** Two values of at most this many characters in all stand in one line. */
const SHORT = 12
/** Lines shown before the rest is left out. */
const MANY = 50
/** Width of a terminal that does not say. */
const WIDTH = 80

/** Everything that can be seen of a value, one property a line. @param {unknown} value */
export function inspectAll (value) {
  return inspect(value, {
    compact: false, customInspect: false, depth: 1000, maxArrayLength: Infinity, showHidden: false, showProxy: false,
    sorted: true, getters: true
  })
}

/** @param {string[]} lines */
export function shorten (lines) {
  return lines.length > MANY ? [...lines.slice(0, 46), '...'] : lines
}

/** @param {unknown} value */
export const isReference = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function'

/** @param {unknown} actual @param {unknown} expected @param {string} operator @param {string} [message] said instead of the title */
export function diff (actual, expected, operator, message) {
  const sameKind = typeof actual === typeof expected && isReference(actual) && isReference(expected)
  const title = message ?? TITLES[operator === 'strictEqual' && sameKind ? 'strictEqualObject' : operator]
  const whole = inspectAll(actual).split('\n')
  const ours = [...whole]
  const theirs = inspectAll(expected).split('\n')
  let pointer = ''
  if (ours.length === 1 && theirs.length === 1 && ours[0] !== theirs[0]) {
    const length = ours[0].length + theirs[0].length
    if (length <= SHORT) {
      const primitives = [actual, expected].every((value) => typeof value !== 'object' || value === null)
      // Zeros of different sign need the form that shows which is which.
      if (primitives && (actual !== 0 || expected !== 0)) return `${title}\n\n${ours[0]} !== ${theirs[0]}\n`
    } else if (!(operator === 'strictEqual' && sameKind) && length < WIDTH) {
      let at = 0
      while (ours[0][at] === theirs[0][at]) at++
      if (at > 2) pointer = `\n  ${' '.repeat(at)}^`
    }
  }
  const { text: end, skipped } = takeEnd(ours, theirs)
  if (ours.length === 0 && theirs.length === 0) return `${TITLES.sameStructure}\n\n${shorten(whole).join('\n')}\n`
  return compare(ours, theirs, title, end + pointer, skipped)
}

/** Takes away the lines that both end with and writes the last of them. @param {string[]} ours @param {string[]} theirs */
function takeEnd (ours, theirs) {
  /** @type {string[]} */
  const common = []
  while (ours.length > 0 && theirs.length > 0 && ours.at(-1) === theirs.at(-1)) {
    common.unshift(/** @type {string} */ (ours.pop()))
    theirs.pop()
  }
  const lines = common.slice(-3)
  const skipped = common.length >= 5
  if (skipped) return { text: `\n  ${common[0]}\n...${indented(lines)}`, skipped }
  return { text: indented(common), skipped }
}

/** @param {string[]} lines */
const indented = (lines) => lines.map((line) => `\n  ${line}`).join('')

/** Of equal lines before a difference, of which two are written, those that are still to be written. @param {string[]} lines @param {number} at @param {number} equal */
function leadUp (lines, at, equal) {
  if (equal <= 2) return { text: '', count: 0, skipped: false }
  const skipped = equal > 5
  const count = skipped ? 2 : equal - 2
  return { text: (skipped ? '\n...' : '') + indented(lines.slice(at - count, at)), count, skipped }
}

/** @param {string[]} ours @param {string[]} theirs @param {string} title @param {string} end @param {boolean} skipped */
function compare (ours, theirs, title, end, skipped) {
  const head = `${title}\n+ actual - expected`
  const total = Math.max(ours.length, theirs.length)
  const longer = ours.length < total ? theirs : ours
  const shorter = Math.min(ours.length, theirs.length)
  // `missing` are expected lines that wait until all actual ones of the same place are written.
  let [text, missing, printed, equal] = ['', '', 0, 0]
  /** @param {string[]} lines @param {number} at */
  const differ = (lines, at) => {
    const before = leadUp(lines, at, equal)
    text += before.text
    printed += before.count
    skipped ||= before.skipped
    equal = 0
  }
  for (let at = 0; at < total; at++) {
    if (at >= shorter) {
      differ(longer, at)
      if (longer === ours) text += `\n+ ${ours[at]}`
      else missing += `\n- ${theirs[at]}`
      printed++
    } else {
      let line = ours[at]
      // The last property of one object may be in the middle of the other: its comma is no difference.
      const same = line === theirs[at] || line === `${theirs[at]},` || `${line},` === theirs[at]
      if (same) {
        if (theirs[at].length > line.length) line += ','
        text += missing
        missing = ''
        if (++equal <= 2) {
          text += `\n  ${line}`
          printed++
        }
      } else {
        differ(ours, at)
        text += `\n+ ${line}`
        missing += `\n- ${theirs[at]}`
        printed += 2
      }
    }
    if (printed > MANY && at < total - 2) return `${head} ... Lines skipped\n${text}\n...${missing}\n...`
  }
  return `${head}${skipped ? ' ... Lines skipped' : ''}\n${text}${missing}${end}`
}
