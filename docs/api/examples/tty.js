import tty from 'socket:tty'

export const about = {
  ReadStream: 'What a terminal is read with; there is none in an app.',
  WriteStream: 'What a terminal is written with; there is none in an app.'
}

/** Whether a descriptor is a terminal: never, in an app. */
export function isatty () {
  console.log(tty.isatty(1)) // → false
}
