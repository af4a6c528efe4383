/**
 * The watcher behind `fs.watch`, under the name that earlier apps know.
 */
import { getOptions } from 'socket:internal/fs/options'
import { FSWatcher } from 'socket:internal/fs/watch'

/** A watched file or directory: `change` with what happened and to which file, `error`, `close`. */
export class Watcher extends FSWatcher {
  /**
   * @param {import('socket:internal/fs/path').PathLike} path
   * @param {{ encoding?: string, recursive?: boolean, signal?: AbortSignal }} [options]
   */
  constructor (path, options = undefined) {
    const { encoding, recursive, signal } = getOptions(options)
    super(path, { encoding: encoding ?? 'utf8', recursive, signal })
  }
}

export default { Watcher }
