/**
 * Files that are dropped into the page. The engine's own `drop` has none in it: this one has, and `dropin` tells their paths.
 */
import promises from 'socket:fs/promises'
import { call } from 'socket:internal/ipc'
import { directoryHandle, fileHandle } from 'socket:internal/web-files/handles'
import { lazyFile } from 'socket:internal/web-files/lazy'
import { nameOf, pathsOf, typeOf } from 'socket:internal/web-files/names'

/** @typedef {import('socket:internal/web-files/names').AnyPath} AnyPath */

/** @param {AnyPath} path */
async function entry (path) {
  const stats = /** @type {any} */ (await promises.stat(/** @type {any} */ (path)))
  if (stats.isDirectory()) return { handle: directoryHandle(path), file: null }
  return { handle: fileHandle(path), file: lazyFile(path, nameOf(path), typeOf(path), stats) }
}

/** Called by native code when something was dropped into the window. */
export async function dropped () {
  const answer = await call('window.takeDrop')
  const { x, y } = answer
  const paths = pathsOf(answer)
  if (paths.length === 0) return
  // A file that the page may not read, or that is gone, is dropped all the same: `dropin` says which.
  const entries = (await Promise.all(paths.map((path) => entry(path).catch(() => undefined)))).filter((entry) => entry !== undefined)
  const list = entries.flatMap(({ file }) => file === null ? [] : [file])
  const files = Object.assign(list, { item: (/** @type {number} */ index) => list[index] ?? null })
  const items = entries.map(({ handle, file }) => ({
    kind: 'file',
    type: file?.type ?? '',
    getAsFile: () => file,
    getAsFileSystemHandle: async () => handle,
    getAsString () {},
    webkitGetAsEntry: () => null
  }))
  const dataTransfer = { dropEffect: 'copy', effectAllowed: 'all', files, items, types: ['Files'], getData: () => '', setData () {}, clearData () {} }
  const target = document.elementFromPoint(x, y) ?? document.documentElement
  const drop = new MouseEvent('drop', { bubbles: true, cancelable: true, composed: true, clientX: x, clientY: y })
  target.dispatchEvent(Object.defineProperty(drop, 'dataTransfer', { value: dataTransfer }))
  const all = paths.map(String)
  for (const src of all) {
    const detail = { src, x, y, files: all }
    globalThis.dispatchEvent(Object.assign(new CustomEvent('dropin', { detail }), { details: detail }))
  }
}
