/** What the user sees: colours and a turning wheel on a terminal, plain lines elsewhere. */
import * as clack from '@clack/prompts'
import colors from 'picocolors'

import { Cancelled, UserError } from './errors.js'

export const terminal = process.stdin.isTTY === true && process.stdout.isTTY === true
const color = colors.createColors(process.stdout.isTTY === true && process.env.NO_COLOR === undefined && process.env.TERM !== 'dumb')

/** @param {string} text */
export const say = (text) => console.log(text)

/**
 * @template T
 * @param {string} text
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step (text, work) {
  if (!process.stdout.isTTY) {
    say(text)
    return work()
  }
  // Not clack's spinner, which takes the keyboard, and Ctrl-C with it.
  const start = Date.now()
  const wheel = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'
  const timer = setInterval(() => {
    const at = Math.floor((Date.now() - start) / 80) % wheel.length
    process.stdout.write(`\r\x1b[2K${color.cyan(wheel[at])} ${text}`)
  }, 80)
  try {
    const result = await work()
    process.stdout.write(`\r\x1b[2K${color.green('✔')} ${text}\n`)
    return result
  } catch (error) {
    process.stdout.write(`\r\x1b[2K${color.red('✖')} ${text}\n`)
    throw error
  } finally {
    clearInterval(timer)
  }
}

/**
 * @param {import('./templates.js').Template[]} templates
 * @param {string} where  as the user would write it, '' for the current directory
 * @returns {Promise<string>} the name of one
 */
export async function choose (templates, where) {
  const answer = await clack.select({
    message: where === '' ? 'Which template?' : `Which template for ${where}?`,
    initialValue: 'vanilla',
    options: templates.map(({ name, title, about }) => ({ value: name, label: title, hint: about }))
  })
  if (clack.isCancel(answer)) throw new Cancelled()
  return answer
}

/**
 * @param {string} where  as the user would write it, '' for the current directory
 * @param {import('./manager.js').Manager} manager
 */
export function done (where, manager) {
  const commands = [...where === '' ? [] : [`cd ${/^[\w./~-]+$/.test(where) ? where : JSON.stringify(where)}`]]
  const start = manager.name === 'npm' ? 'npm' : manager.run
  say(`\n${color.green('Ready.')} Next:\n`)
  for (const command of [...commands, `${start} start`]) say(`  ${color.cyan(command)}`)
  say(`\n${color.dim(`${start} test runs the tests in the app, ${manager.run} build builds it.`)}`)
}

/**
 * @param {unknown} error
 * @returns {number} the exit code
 */
export function complain (error) {
  if (error instanceof Cancelled) {
    console.error(error.message)
    return error.exitCode
  }
  if (!(error instanceof UserError)) {
    console.error(error)
    return 1
  }
  console.error(`${process.stderr.isTTY ? color.red('error') : 'error'}: ${error.message}`)
  console.error(`${process.stderr.isTTY ? color.cyan('fix') : 'fix'}: ${error.hint}`)
  return 1
}
