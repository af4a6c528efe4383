/** What is written into a new project. */
import fs from 'node:fs'
import path from 'node:path'

import validate from 'validate-npm-package-name'

import { UserError } from './errors.js'
import { files } from './templates.js'

/** @typedef {import('./templates.js').Template} Template */

const FALLBACK = 'socket-app'
// The app's executable is named so, with what ssc adds; file systems allow 255.
const LENGTH = 60

/**
 * The name of the package and the app, made from that of the directory: what npm takes, and `ssc` too.
 *
 * @param {string} directory
 */
export function nameFor (directory) {
  const name = path.basename(directory).normalize('NFKD').toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9_]+/g, '-')
    .slice(0, LENGTH)
    .replace(/^[-_]+|[-_]+$/g, '') || FALLBACK
  const { validForNewPackages, errors = [], warnings = [] } = validate(name)
  if (!validForNewPackages) {
    throw new UserError('ERR_NAME', `npm refuses \`${name}\` as the name of a package: ${[...errors, ...warnings].join('; ')}`,
      'choose another directory, as in create-socket-app vanilla my-app')
  }
  return name
}

/**
 * The configuration of `ssc init`, for a project with a build script.
 *
 * @param {string} text
 * @param {string} name
 */
export function configuration (text, name) {
  const scheme = name.replaceAll('_', '-')
  const values = { name, protocol: /^[a-z]/.test(scheme) ? scheme : `app-${scheme}` }
  /** @type {[from: RegExp, to: string][]} */
  const changes = [
    [/^copy = src$/m, '; copy = src'],
    [/^; script = .*$/m, 'script = node build.js'],
    [/^; forward_arguments = true$/m, 'forward_arguments = true'],
    [/^width = 50%$/m, 'width = 60%'],
    [/^height = 50%$/m, 'height = 70%']
  ]
  for (const [from, to] of changes) {
    if (!from.test(text)) throw new Error(`the configuration of ssc init has no line ${from}`)
    text = text.replace(from, to)
  }
  return text.replace(/\{\{(name|protocol)\}\}/g, (_, key) => values[/** @type {'name'} */ (key)])
}

/** @param {Record<string, string>} versions */
const sorted = (versions) => Object.fromEntries(Object.entries(versions).sort(([a], [b]) => a < b ? -1 : 1))

/**
 * @param {Template} template
 * @param {string} name
 * @param {string} socket  what to install as @socketsupply/socket
 */
function manifest ({ scripts, dependencies, devDependencies }, name, socket) {
  return {
    name,
    version: '1.0.0',
    private: true,
    type: 'module',
    scripts: {
      start: 'ssc build -r',
      build: 'ssc build',
      test: 'ssc build --test=test/index.js -r --headless',
      ...scripts
    },
    ...(dependencies ? { dependencies } : {}),
    devDependencies: sorted({ ...devDependencies, '@socketsupply/socket': socket })
  }
}

/**
 * @param {string} folder  an empty one
 * @param {{ template: Template, name: string, socket: string }} options
 */
export function write (folder, { template, name, socket }) {
  for (const [to, from] of files(template)) {
    const place = path.join(folder, to)
    fs.mkdirSync(path.dirname(place), { recursive: true })
    if (to === 'socket.ini') fs.writeFileSync(place, configuration(fs.readFileSync(from, 'utf8'), name))
    else fs.writeFileSync(place, fs.readFileSync(from))
  }
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest(template, name, socket), null, 2)}\n`)
}
