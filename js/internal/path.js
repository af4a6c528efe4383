/**
 * The objects `path.posix` and `path.win32`, which refer to each other, in one place.
 */
import * as posixFunctions from 'socket:internal/path-posix'
import * as win32Functions from 'socket:internal/path-win32'
import { pathClass } from 'socket:internal/path-class'
import folders from 'socket:path/well-known'

/** @typedef {typeof posixFunctions & typeof folders & { Path: ReturnType<typeof pathClass>, posix: PathModule, win32: PathModule, _makeLong: (path: string) => string }} PathModule */

/** @param {typeof posixFunctions} functions @returns {PathModule} */
function create (functions) {
  return /** @type {any} */ ({ ...functions, ...folders, Path: pathClass(functions), posix: null, win32: null, _makeLong: functions.toNamespacedPath })
}

export const posix = create(posixFunctions)
export const win32 = create(/** @type {any} */ (win32Functions))
posix.posix = win32.posix = posix
posix.win32 = win32.win32 = win32
