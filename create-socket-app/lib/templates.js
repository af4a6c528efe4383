/** The templates, read from their folder: each is a folder with a template.json that describes it. */
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

import { UserError } from './errors.js'

const here = fileURLToPath(new URL('..', import.meta.url))

/** In the published package the templates lie inside; in a checkout beside. */
const root = [path.join(here, 'templates'), path.join(here, '..', 'templates')].find((folder) => fs.existsSync(folder)) ?? here

/** What every template has. Names of folders with `_` are not templates. */
const SHARED = '_shared'

/** Files that `ssc init` writes, too. The published package has copies in the shared folder. */
const FROM_INIT = {
  'socket.ini': 'socket.ini',
  'src/icon.png': 'icon.png',
  // npm leaves .gitignore out of packages.
  '.gitignore': 'gitignore'
}
const init = [path.join(root, SHARED, 'init'), path.join(here, '..', 'native/cli/src/commands/init')].find((folder) => fs.existsSync(folder)) ?? root

/**
 * @typedef {object} Template
 * @property {string} name
 * @property {string} folder
 * @property {string} title
 * @property {string} about
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [devDependencies]
 */

/** @returns {Template[]} sorted by name */
export function list () {
  const folders = fs.readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && fs.existsSync(path.join(root, entry.name, 'template.json')))
  return folders.map(({ name }) => {
    const folder = path.join(root, name)
    return { name, folder, ...JSON.parse(fs.readFileSync(path.join(folder, 'template.json'), 'utf8')) }
  }).sort((a, b) => a.name < b.name ? -1 : 1)
}

/** How many letters differ. @param {string} a @param {string} b */
function distance (a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]
}

/**
 * The template that a word nearly names, or undefined.
 *
 * @param {Template[]} templates
 * @param {string} word
 */
export function guess (templates, word) {
  const wanted = word.toLowerCase()
  const [nearest] = templates.map(({ name }) => ({ name, far: distance(wanted, name) })).sort((a, b) => a.far - b.far)
  return nearest !== undefined && nearest.far <= 2 ? nearest.name : undefined
}

/**
 * @param {Template[]} templates
 * @param {string} name
 * @param {{ alone?: boolean }} [how]  `alone`: it was the only word, so a directory may have been meant
 */
export function find (templates, name, { alone = false } = {}) {
  const found = templates.find((one) => one.name === name)
  if (found !== undefined) return found
  const near = guess(templates, name)
  throw new UserError('ERR_TEMPLATE', `there is no template \`${name}\``, [
    near === undefined ? '' : `did you mean ${near}? `,
    `There are ${templates.map((one) => one.name).join(', ')}`,
    alone ? `; for a directory ${JSON.stringify(name)}, name both: create-socket-app ${near ?? 'vanilla'} ${JSON.stringify(name)}` : ''
  ].join(''))
}

/**
 * The files of a project: the shared ones, then the template's own in their place.
 *
 * @param {Template} template
 * @returns {Map<string, string>} where each comes from, by its path in the project
 */
export function files (template) {
  /** @type {Map<string, string>} */
  const found = new Map(Object.entries(FROM_INIT).map(([to, from]) => [to, path.join(init, from)]))
  const collect = (/** @type {string} */ folder, /** @type {string} */ below) => {
    for (const entry of fs.readdirSync(path.join(folder, below), { withFileTypes: true })) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) collect(folder, name)
      else found.set(name, path.join(folder, name))
    }
  }
  for (const part of ['src', 'test']) collect(path.join(root, SHARED), part)
  collect(template.folder, '')
  found.delete('template.json')
  return found
}
