import fs from 'socket:fs'
import os from 'socket:os'
import * as registry from 'socket:fs/fds'

export const about = {
  Descriptor: 'The number, the kind and the path of what is open.',
  fds: 'What this page has open, by number.'
}

/** @for FileDescriptorsMap */
export async function open () {
  const fd = fs.openSync(os.tmpdir(), 'r')
  console.log(registry.fds.typeof(fd), registry.fds instanceof registry.FileDescriptorsMap) // → file true
  fs.closeSync(fd)
  console.log(registry.fds.has(fd)) // → false
}

/** Notes what was opened; the functions of `socket:fs` do. */
export function note () {
  registry.note({ fd: -7 }, 'file', '/tmp/notes.txt')
  console.log(registry.fds.get(-7)?.path) // → /tmp/notes.txt
  registry.fds.delete(-7)
}
