/**
 * Requests to native code whose body has several parts: the head says how long each is but the last.
 */

/** @param {Uint8Array[]} parts @returns {{ lengths: number[], body: Uint8Array }} */
export function joined (parts) {
  const body = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  parts.reduce((at, part) => { body.set(part, at); return at + part.length }, 0)
  return { lengths: parts.slice(0, -1).map(({ length }) => length), body }
}
