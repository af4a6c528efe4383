import path from 'socket:path/win32'

export const as = 'path'

/** Joins parts as Windows does, on every system. */
export function join () {
  console.log(path.join('C:\\Users', 'ada', '..', 'notes.txt')) // → C:\Users\notes.txt
}
