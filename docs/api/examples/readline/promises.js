import readline from 'socket:readline/promises'
import { PassThrough } from 'socket:stream'

export const about = {
  Interface: 'Who reads lines, and asks with a promise.',
  Readline: 'Changes of a terminal that are made together.'
}

/** Who reads the lines of a stream, and asks. */
export async function createInterface () {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const reader = readline.createInterface({ input, output })
  const answer = reader.question('name? ')
  input.write('Ada\n')
  console.log(await answer) // → Ada
  reader.close()
}
