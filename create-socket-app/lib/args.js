/** The command line. */
import { parseArgs } from 'node:util'

import { UserError } from './errors.js'

const OPTIONS = /** @type {const} */ ({
  template: { type: 'string', short: 't' },
  socket: { type: 'string' },
  yes: { type: 'boolean', short: 'y', default: false },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'v', default: false }
})

/**
 * @typedef {object} Args
 * @property {string} [template]
 * @property {string} [directory]
 * @property {string} [socket]
 * @property {boolean} yes
 * @property {boolean} help
 * @property {boolean} version
 */

/**
 * @param {string[]} argv
 * @returns {Args}
 */
export function parse (argv) {
  const { values, positionals } = read(argv)
  const words = [...positionals]
  const template = values.template ?? words.shift()
  const directory = words.shift()
  if (words.length > 0) {
    throw new UserError('ERR_ARGUMENTS', `too many words: ${words.join(' ')}`,
      'write create-socket-app [template] [directory]; a directory with spaces needs quotes')
  }
  return { yes: values.yes, help: values.help, version: values.version, template, directory, socket: values.socket }
}

/** @param {string[]} argv */
function read (argv) {
  try {
    return parseArgs({ args: argv, options: OPTIONS, allowPositionals: true })
  } catch (error) {
    // The first sentence; the rest explains parseArgs.
    const [message] = /** @type {Error} */ (error).message.split('. ')
    throw new UserError('ERR_ARGUMENTS', message, 'create-socket-app --help lists the options')
  }
}

/** @param {import('./templates.js').Template[]} templates */
export function help (templates) {
  const width = Math.max(...templates.map(({ name }) => name.length))
  return `Usage: create-socket-app [template] [directory]

Starts an app for Socket Runtime in the directory, or in the current one.

Templates:
${templates.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`).join('\n')}

Options:
  -t, --template <name>  the template, instead of the first word
      --socket <spec>    what to install as @socketsupply/socket: a version, a tag, a file
  -y, --yes              ask nothing; without a template it is vanilla
  -h, --help             this text
  -v, --version          the version`
}
