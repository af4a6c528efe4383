import console_ from 'socket:console'

export const about = {
  Console: 'A console of its own, on streams that one names: Node\'s class.',
  Stream: 'What a console writes to.',
  ConsoleOptions: '`stdout`, `stderr`, `inspectOptions`, `groupIndentation`, `colorMode`.'
}

/** @for Console */
export function own () {
  /** @type {string[]} */
  const lines = []
  const own = new console_.Console({ stdout: { write: (/** @type {string} */ text) => lines.push(text) > 0 } })
  own.log('%s has %d files', 'src', 3)
  console.log(lines) // → [ 'src has 3 files\n' ]
}

/** Lets a console write by other means, too; gives back what undoes it. The runtime does so for pages and workers. */
export function patchGlobalConsole () {
  console.log(typeof console_.patchGlobalConsole) // → function
}
