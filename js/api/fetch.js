/**
 * The engine's `fetch` and its classes.
 */
export const { DOMException, Headers, Request, Response } = globalThis

/** @type {typeof globalThis.fetch} */
export const fetch = (input, init) => globalThis.fetch(input, init)

export default fetch
