/**
 * A bare window has no calls: it can say something, and that is all.
 */
export const say = (/** @type {string} */ line) => window.ipc.postMessage(line)
