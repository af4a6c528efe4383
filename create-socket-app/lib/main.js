/** The command as a function of its arguments. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

import { help, parse } from './args.js'
import { Cancelled, UserError } from './errors.js'
import { check, stage } from './folder.js'
import { detect, prepare, run as manage } from './manager.js'
import { nameFor, write } from './project.js'
import { choose, complain, done, say, step, terminal } from './report.js'
import { find, list } from './templates.js'

const { version } = JSON.parse(fs.readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const DEFAULT = 'vanilla'
const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/**
 * @param {string[]} argv
 * @returns {Promise<number>} the exit code
 */
export async function run (argv) {
  try {
    const templates = list()
    const args = parse(argv, templates, terminal)
    if (args.help) say(help(templates))
    else if (args.version) say(version)
    else await create(args, templates)
    return 0
  } catch (error) {
    return complain(error)
  }
}

/**
 * @param {import('./args.js').Args} args
 * @param {import('./templates.js').Template[]} templates
 */
async function create (args, templates) {
  // What can be known to be wrong is said before anything is asked.
  const named = args.template === undefined ? undefined : find(templates, args.template, { alone: args.directory === undefined })
  const target = path.resolve(args.directory ?? '.')
  check(target)
  const name = nameFor(target)
  const template = named ?? find(templates, await unnamed(args, templates, target))
  const manager = detect()

  const abort = new AbortController()
  const cancel = (/** @type {NodeJS.Signals} */ signal) => abort.abort(128 + os.constants.signals[signal])
  for (const signal of SIGNALS) process.on(signal, cancel)
  const draft = stage(target)
  try {
    write(draft.folder, { template, name, socket: spec(args.socket) })
    prepare(manager, draft.folder)
    await step(`${template.title}: installing with ${manager.name}`, () => manage(manager, manager.install, draft.folder, abort.signal))
    if (manager.relink) fs.rmSync(path.join(draft.folder, 'node_modules'), { recursive: true, force: true })
    if (abort.signal.aborted) throw new Cancelled(abort.signal.reason)
    draft.place()
  } catch (error) {
    draft.discard()
    throw error
  } finally {
    for (const signal of SIGNALS) process.off(signal, cancel)
  }
  if (manager.relink) await relink(manager, manager.relink, target)
  done(path.relative('.', target), manager)
}

/**
 * What was not named: asked for on a terminal.
 *
 * @param {import('./args.js').Args} args
 * @param {import('./templates.js').Template[]} templates
 * @param {string} target
 */
async function unnamed ({ yes }, templates, target) {
  if (yes) return DEFAULT
  if (terminal) return choose(templates, path.relative('.', target))
  throw new UserError('ERR_TEMPLATE', 'no template was named, and there is no terminal to ask on',
    `name one of ${templates.map((one) => one.name).join(', ')}, or give --yes for ${DEFAULT}`)
}

/** A file is meant as seen from here. @param {string} [given] */
function spec (given) {
  if (given === undefined) return `^${version}`
  const file = given.replace(/^file:/, '')
  return fs.existsSync(file) ? `file:${path.resolve(file)}` : given
}

/**
 * The project is whole by now; this only fills node_modules from the store.
 *
 * @param {import('./manager.js').Manager} manager
 * @param {string[]} args
 * @param {string} target
 */
async function relink (manager, args, target) {
  try {
    await step('linking packages', () => manage(manager, args, target, new AbortController().signal))
  } catch (error) {
    complain(error)
    say(`The project is there; run \`${manager.name} install\` in it.`)
  }
}
