/**
 * How a page calls Tauri.
 */
const { invoke } = window.__TAURI_INTERNALS__

export const say = (/** @type {string} */ line) => invoke('say', { line })

export const call = () => invoke('ping')

export const read = (/** @type {string} */ path) => invoke('read', { path })
