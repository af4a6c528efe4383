/** The command line. */
import fs from 'node:fs'
import { parseArgs } from 'node:util'

import { UserError } from './errors.js'
import { guess } from './templates.js'

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
 * @param {import('./templates.js').Template[]} templates
 * @param {boolean} terminal  whether there is one to ask on
 * @returns {Args}
 */
export function parse (argv, templates, terminal) {
  const { values, positionals } = read(argv)
  const { yes, help, version, socket } = values
  const words = [...positionals]
  const ask = terminal && !yes
  if (values.template === undefined && words.length === 1 && ask && isDirectory(words[0], templates)) {
    return { yes, help, version, socket, directory: words[0] }
  }
  const template = values.template ?? words.shift()
  const directory = words.shift()
  if (words.length > 0) {
    throw new UserError('ERR_ARGUMENTS', `too many words: ${words.join(' ')}`,
      'write create-socket-app [template] [directory]; a directory with spaces needs quotes')
  }
  return { yes, help, version, template, directory, socket }
}

/**
 * Whether a single word names the directory: other scaffolders take it so. What could be a template with a letter wrong
 * is one, unless there is such a directory or it is written as a path.
 *
 * @param {string} word
 * @param {import('./templates.js').Template[]} templates
 */
function isDirectory (word, templates) {
  if (templates.some(({ name }) => name === word)) return false
  if (/[/\\]|^\.{1,2}$/.test(word)) return true
  return guess(templates, word) === undefined || fs.existsSync(word)
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
       create-socket-app <directory>             on a terminal: asks for the template
       create-socket-app -t <template> [directory]

Starts an app for Socket Runtime in the directory, or in the current one. A single word is a template when there is one
of that name; else it is the directory, on a terminal, where the template is asked for.

Templates:
${templates.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`).join('\n')}

Options:
  -t, --template <name>  the template, instead of the first word
      --socket <spec>    what to install as @socketsupply/socket: a version, a tag, a file
  -y, --yes              ask nothing; without a template it is vanilla
  -h, --help             this text
  -v, --version          the version`
}
