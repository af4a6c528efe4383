import path from 'socket:path/posix'

export const as = 'path'

/** The way from one path to another, with `/` on every system. */
export function relative () {
  console.log(path.relative('/tmp/a', '/tmp/b')) // → ../b
}
