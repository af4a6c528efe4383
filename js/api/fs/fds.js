/**
 * What this page has open: descriptors of files and directories, by number.
 */
import { call } from 'socket:internal/ipc'

/** @typedef {{ fd: number, type: 'file' | 'directory', path: string }} Descriptor */

/** The registry. Opening and closing keep it; reading it costs nothing. @extends {Map<number, Descriptor>} */
export class FileDescriptorsMap extends Map {
  /** @param {number} fd @returns {'file' | 'directory' | undefined} */
  typeof (fd) {
    return this.get(fd)?.type
  }

  /** Closes one, or all. @param {number} [fd] */
  async release (fd = undefined) {
    const numbers = fd === undefined ? [...this.keys()] : this.has(fd) ? [fd] : []
    await Promise.all(numbers.map(async (number) => {
      const directory = this.typeof(number) === 'directory'
      this.delete(number)
      if (directory) await call('fs.dirClose', { fd: number })
      else await call('fs.close', { fd: number })
    }))
  }
}

export const fds = new FileDescriptorsMap()

/** Notes what was opened. @template {{ fd: number }} T @param {T} opened @param {'file' | 'directory'} type @param {unknown} path @returns {T} */
export function note (opened, type, path) {
  fds.set(opened.fd, { fd: opened.fd, type, path: String(path) })
  return opened
}

export default fds
