/**
 * THIRD-PARTY-LICENSES of a platform package: who wrote what is inside the runtime and the addon, and under what terms.
 * Made when the package is packed, from the crates that are linked (`cargo metadata`) and the npm packages that are
 * bundled into the modules.
 *
 *     node npm/licences.js [file]    writes it, for this machine's target, to a file or to the terminal
 */
import fs from 'node:fs'
import path from 'node:path'

import { exec, folder, isMain, main, StepError } from './steps.js'
import { host } from './targets.js'

/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string} version
 * @property {string} license  as SPDX writes it
 * @property {string} where    its repository
 * @property {string[]} authors
 * @property {string} place    its folder
 */

/** The workspace's crates that are shipped. */
const SHIPPED = ['socket-runtime', 'socket-addon']
const FILE = /^(licen[cs]e|copying|copyright|notice|unlicense)/i
/** Folders of sources that a crate carries, which have licences of their own. */
const CARRIED = { 'libsodium-sys': ['libsodium'] }

/** The terms of those who name MIT and forgot to put its text into their package. @param {Part} part */
const mit = ({ name, authors }) => `MIT License

Copyright (c) ${authors.map((author) => author.replace(/ *<.*>/, '')).join(', ') || `the authors of ${name}`}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`

/** @param {string} triple @returns {Promise<Part[]>} the crates that are linked, without our own */
async function crates (triple) {
  const { stdout } = await exec('cargo', ['metadata', '--format-version', '1', '--locked', '--filter-platform', triple])
  const { packages, resolve } = JSON.parse(stdout)
  const byId = new Map(packages.map((/** @type {any} */ one) => [one.id, one]))
  const nodes = new Map(resolve.nodes.map((/** @type {any} */ one) => [one.id, one]))
  const seen = new Set(packages.filter((/** @type {any} */ { name }) => SHIPPED.includes(name)).map((/** @type {any} */ { id }) => id))
  // What a set grows by while it is walked over is walked over, too.
  for (const id of seen) {
    for (const { pkg, dep_kinds: kinds } of nodes.get(id).deps) {
      if (kinds.some((/** @type {any} */ { kind }) => kind === null)) seen.add(pkg)
    }
  }
  return [...seen].map((id) => byId.get(id)).filter(({ source }) => source !== null).map((one) => ({
    name: one.name, version: one.version, license: one.license ?? '', where: one.repository ?? '', authors: one.authors, place: path.dirname(one.manifest_path)
  }))
}

/** @returns {Promise<Part[]>} the npm packages inside the modules */
async function bundled () {
  const esbuild = await import('esbuild')
  const { options } = await import('./bundle.js')
  const js = path.join(folder, 'js')
  const entryPoints = ['api', 'internal'].flatMap((name) => fs.readdirSync(path.join(js, name), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js')).map((file) => path.join(js, name, file)))
  const { metafile } = await esbuild.build({ ...options, entryPoints, outbase: js, outdir: 'none', write: false, metafile: true, absWorkingDir: folder })
  const places = new Set(Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs))
    .map((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replace(/^[\w-]+:/, ''))?.[0]).filter((place) => place !== undefined))
  return [...places].map((place) => {
    const { name, version, license, repository, author } = JSON.parse(fs.readFileSync(path.join(folder, place, 'package.json'), 'utf8'))
    return {
      name, version, license,
      where: typeof repository === 'string' ? repository : repository?.url ?? '',
      authors: [author?.name ?? author].filter(Boolean),
      place: path.join(folder, place)
    }
  })
}

/** @param {Part} part @returns {string[]} the texts of its terms */
function texts (part) {
  const files = fs.readdirSync(part.place).filter((file) => FILE.test(file) && fs.statSync(path.join(part.place, file)).isFile())
  // Who may choose takes the short one.
  const chosen = /\bMIT\b/.test(part.license) && !part.license.includes(' AND ') ? files.filter((file) => /MIT|notice|copyright/i.test(file)) : []
  const found = (chosen.some((file) => /MIT/i.test(file)) ? chosen : files).map((file) => path.join(part.place, file))
  for (const carried of /** @type {Record<string, string[]>} */ (CARRIED)[part.name] ?? []) {
    const place = path.join(part.place, carried)
    found.push(...fs.readdirSync(place).filter((file) => FILE.test(file)).map((file) => path.join(place, file)))
  }
  if (found.length > 0) return found.map((file) => fs.readFileSync(file, 'utf8').replaceAll('\r\n', '\n').trim())
  if (/\bMIT\b/.test(part.license)) return [mit(part)]
  throw new StepError(`${part.name} ${part.version} has no text of its licence (${part.license || 'none named'})`, {
    hint: 'use another package, or add where its text is to npm/licences.js'
  })
}

/**
 * @param {string} triple
 * @returns {Promise<string>}
 */
export async function licences (triple) {
  /** @type {Map<string, Part[]>} */
  const byText = new Map()
  for (const part of [...await crates(triple), ...await bundled()]) {
    for (const text of texts(part)) byText.set(text, [...byText.get(text) ?? [], part])
  }
  const name = (/** @type {Part} */ { name, version, license, where }) => `${name} ${version} (${license})${where ? ` ${where}` : ''}`
  const sections = [...byText].map(([text, parts]) => [parts.map(name).sort().join('\n'), text]).sort(([a], [b]) => a < b ? -1 : 1)
  return ['The Socket Runtime contains the following software of others, besides Rust\'s standard library',
    '(MIT OR Apache-2.0, https://www.rust-lang.org). An app that is built with it contains it, too: pass this file on.', '',
    ...sections.flatMap(([names, text]) => ['-'.repeat(78), '', names, '', text, ''])].join('\n')
}

if (isMain(import.meta.url)) {
  await main(async () => {
    if (host === undefined) throw new StepError('this machine is no target')
    const text = await licences(host.triple)
    // By name, because some shells give what they redirect another encoding.
    const [, , file] = process.argv
    if (file === undefined) process.stdout.write(text)
    else fs.writeFileSync(file, text)
  })
}
