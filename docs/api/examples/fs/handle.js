import fs from 'socket:fs/promises'
import os from 'socket:os'
import { FileHandle } from 'socket:fs/handle'

export const about = {
  'k*': 'Of use inside of `socket:fs` only.',
  Options: 'Options of a function, as Node has them.'
}

/** @for FileHandle */
export async function handle () {
  const file = await fs.open(`${os.tmpdir()}/handle.txt`, 'w+')
  await file.write('hello')
  console.log((await file.stat()).size, file instanceof FileHandle) // → 5 true
  await file.close()
}
