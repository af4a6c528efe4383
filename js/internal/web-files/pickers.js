/**
 * Dialogs in which people choose files.
 */
import args from 'socket:internal/args'
import { call } from 'socket:internal/ipc'
import { failure, translated } from 'socket:internal/web-files/errors'
import { directoryHandle, fileHandle, FileSystemDirectoryHandle, FileSystemHandle, pathOf } from 'socket:internal/web-files/handles'
import { pathsOf, textOf } from 'socket:internal/web-files/names'
import path from 'socket:path'

/** @typedef {'desktop' | 'documents' | 'downloads' | 'music' | 'pictures' | 'videos'} WellKnown */
/** @typedef {{ description?: string, accept: Record<string, string | string[]> }} AcceptType  endings by MIME type, each with its point */
/**
 * @typedef {object} PickerOptions
 * @property {string} [id] for the dialog to remember where it was: up to 32 letters, digits, `_` and `-`; the system decides
 * @property {WellKnown | FileSystemHandle} [startIn]
 * @property {AcceptType[]} [types] kinds of files to choose from
 * @property {boolean} [excludeAcceptAllOption] no others
 * @property {string} [title] of the dialog
 */

/** @param {PickerOptions['startIn']} start */
function folderOf (start) {
  if (start === undefined) return ''
  if (start instanceof FileSystemHandle) {
    const where = textOf(pathOf(start))
    return start instanceof FileSystemDirectoryHandle ? where : path.dirname(where)
  }
  const folders = /** @type {Record<string, string | null>} */ (args.paths)
  if (!['desktop', 'documents', 'downloads', 'music', 'pictures', 'videos'].includes(start)) throw new TypeError(`startIn is a handle, or desktop, documents, downloads, music, pictures or videos, not ${String(start)}`)
  return folders[start] ?? ''
}

/** @param {AcceptType[]} [types] */
function filtersOf (types = []) {
  return Array.from(types, ({ description = '', accept }) => {
    const endings = Object.entries(accept ?? {}).flatMap(([mime, endings]) => {
      if (!/^[\w.+-]+\/([\w.+-]+|\*)$/.test(mime)) throw new TypeError(`${JSON.stringify(mime)} is not a MIME type`)
      return [endings].flat()
    })
    for (const ending of endings) {
      if (!/^\.[\w.+-]{1,16}$/.test(ending) || ending.endsWith('.')) throw new TypeError(`${JSON.stringify(ending)} is not an ending of names: write ".txt"`)
    }
    return { name: String(description), extensions: endings.map((ending) => ending.slice(1)) }
  }).filter(({ extensions }) => extensions.length > 0)
}

/**
 * @param {'open' | 'several' | 'save' | 'directory'} kind
 * @param {PickerOptions & { suggestedName?: string }} options
 */
async function pick (kind, options) {
  const { id = '', startIn, types, excludeAcceptAllOption = false, suggestedName = '', title = '' } = options ?? {}
  if (!/^[\w-]{0,32}$/.test(String(id))) throw new TypeError(`An id has up to 32 letters, digits, _ and -, and ${JSON.stringify(String(id))} has others`)
  const filters = filtersOf(types)
  if (excludeAcceptAllOption && filters.length === 0) throw new TypeError('Without types, all files must be accepted')
  const request = { kind, title: String(title), folder: folderOf(startIn), name: String(suggestedName), filters, any: !excludeAcceptAllOption }
  const chosen = pathsOf(await call('window.pick', request).catch((error) => { throw translated(error) }))
  if (chosen.length === 0) throw failure('AbortError', 'The user aborted a request.')
  return chosen
}

/**
 * Lets people choose files.
 *
 * @param {PickerOptions & { multiple?: boolean }} [options]
 * @returns {Promise<import('socket:internal/web-files/handles').FileSystemFileHandle[]>}
 */
export async function showOpenFilePicker (options = {}) {
  return (await pick(options?.multiple === true ? 'several' : 'open', options)).map(fileHandle)
}

/**
 * Lets people choose a file to write: an existing one, or a new name.
 *
 * @param {PickerOptions & { suggestedName?: string }} [options]
 * @returns {Promise<import('socket:internal/web-files/handles').FileSystemFileHandle>}
 */
export async function showSaveFilePicker (options = {}) {
  const [file] = await pick('save', options)
  return fileHandle(file)
}

/**
 * Lets people choose a directory.
 *
 * @param {PickerOptions & { mode?: 'read' | 'readwrite' }} [options]
 * @returns {Promise<import('socket:internal/web-files/handles').FileSystemDirectoryHandle>}
 */
export async function showDirectoryPicker (options = {}) {
  const { mode = 'read' } = options ?? {}
  if (mode !== 'read' && mode !== 'readwrite') throw new TypeError(`The mode is read or readwrite, not ${String(mode)}`)
  const [folder] = await pick('directory', options)
  return directoryHandle(folder)
}
