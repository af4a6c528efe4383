/**
 * Kinds of NATs, as peers tell them to each other and as the event `#nat` of a bus names them, and what follows for two peers.
 */
import { ERR_INVALID_ARG_VALUE } from 'socket:internal/errors'

/** Not known yet. */
export const UNKNOWN = 0
/** None, or one that lets anybody in. */
export const STATIC = 1
/** The same port for every destination. */
export const EASY = 2
/** Another port for every destination. */
export const HARD = 3

const NAMES = ['unknown', 'static', 'easy', 'hard']

/** Whether it is the number of a kind. @param {unknown} kind @returns {boolean} */
export function isValid (kind) {
  return typeof kind === 'number' && Number.isInteger(kind) && kind >= UNKNOWN && kind <= HARD
}

/** @param {unknown} kind @param {string} name @returns {number} */
function numberOf (kind, name) {
  const number = typeof kind === 'string' ? NAMES.indexOf(kind) : kind
  if (!isValid(number)) throw new ERR_INVALID_ARG_VALUE(name, kind, `must be a number from ${UNKNOWN} to ${HARD}, or one of ${NAMES.join(', ')}`)
  return /** @type {number} */ (number)
}

/** The name of a kind: `unknown`, `static`, `easy`, `hard`. @param {number | string} kind @returns {string} */
export function toString (kind) {
  return NAMES[numberOf(kind, 'kind')]
}

/** The number of a kind, from its name. @param {string | number} name @returns {number} */
export function from (name) {
  return numberOf(name, 'name')
}

/** Whether strangers get in. @param {number | string} kind @returns {boolean} */
export function isReachable (kind) {
  return numberOf(kind, 'kind') === STATIC
}

/**
 * How two peers are connected: `direct`; `birthday`, one opening many ports of which the other guesses one; `relay`, through a
 * third who cannot read what it passes on.
 *
 * @param {number | string} one
 * @param {number | string} other
 * @returns {'direct' | 'birthday' | 'relay'}
 */
export function way (one, other) {
  const kinds = [numberOf(one, 'one'), numberOf(other, 'other')]
  if (!kinds.includes(HARD) || kinds.includes(STATIC)) return 'direct'
  return kinds[0] === kinds[1] ? 'relay' : 'birthday'
}

/** Whether two peers can be connected without a third. @param {number | string} one @param {number | string} other @returns {boolean} */
export function isConnectable (one, other) {
  return way(one, other) !== 'relay'
}
