import readline from 'socket:readline'
import { PassThrough, Readable } from 'socket:stream'

export const about = {
  Interface: 'Who reads lines, and asks: the events `line` and `close`, `question`.',
  ReadLineOptions: '`input`, `output`, `signal` and others, as Node has them.'
}

/** Who reads the lines of a stream. */
export async function createInterface () {
  for await (const line of readline.createInterface({ input: Readable.from(['one\ntw', 'o']) })) console.log(line) // → one
  // → two
}

/**
 * Moves the cursor of a terminal, and clears what is there; here it is a stream.
 * @for cursorTo moveCursor clearLine clearScreenDown
 */
export function cursor () {
  const output = new PassThrough()
  readline.cursorTo(output, 2)
  readline.moveCursor(output, 1, 0)
  readline.clearLine(output, 0)
  readline.clearScreenDown(output)
  console.log(JSON.stringify(String(output.read()))) // → "\u001b[3G\u001b[1C\u001b[2K\u001b[0J"
}
