/**
 * What there is to know about the `socket:` modules: their exports and types as TypeScript reads them from the JSDoc of
 * js/api, the routes from the contract that is generated from Rust, and the examples of docs/api/examples.
 */
import fs from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

import { folder } from '../../../npm/steps.js'
import { readExamples } from './examples.js'

/** @typedef {import('./examples.js').Examples} Examples */
/** @typedef {'function' | 'class' | 'value' | 'module' | 'type'} Kind */

/**
 * @typedef {object} Member
 * @property {string} name         with its parameters, where it has some
 * @property {string} description
 */

/**
 * @typedef {object} Export
 * @property {string} name
 * @property {Kind} kind
 * @property {string} description  empty when nobody wrote one
 * @property {string[]} signatures
 * @property {{ name: string, text: string }[]} notes  parameters, results and errors that have a text
 * @property {Member[]} members    of a class
 * @property {string | undefined} elsewhere  the module whose page describes it
 */

/**
 * @typedef {object} Module
 * @property {string} name         `fs/promises`
 * @property {string} about        the comment that its file begins with
 * @property {boolean} hasDefault
 * @property {Export[]} exports    by name
 * @property {Examples | undefined} examples
 * @property {{ name: string, description: string }[]} routes
 */

const API = path.join(folder, 'js/api')
const FLAGS = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope |
  ts.TypeFormatFlags.OmitParameterModifiers

/** @param {string} text  as TypeScript prints types, with this machine's paths in it */
const clean = (text) => text.replace(/import\("[^"]*"\)\./g, '').replace(/typeof import\("[^"]*"\)/g, 'object')

/** The first comment of a file, when it stands for the file. @param {string} text */
function fileComment (text) {
  const found = /^\/\*\*([\s\S]*?)\*\//.exec(text)
  return found ? found[1].split('\n').map((line) => line.replace(/^\s*\* ?/, '').trimEnd()).join('\n').trim() : ''
}

/** @param {readonly ts.SymbolDisplayPart[] | undefined} parts */
const plain = (parts) => ts.displayPartsToString([...parts ?? []]).trim()

class Collector {
  constructor () {
    const config = ts.getParsedCommandLineOfConfigFile(path.join(folder, 'tsconfig.types.json'), { noEmit: true },
      { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (problem) => { throw new Error(String(problem.messageText)) } })
    if (config === undefined) throw new Error('tsconfig.types.json cannot be read')
    // Unions are printed in the same order whatever else there is.
    this.program = ts.createProgram(config.fileNames, { ...config.options, stableTypeOrdering: true })
    this.checker = this.program.getTypeChecker()
    /** Where each symbol is at home, among the modules that export it. @type {Map<ts.Symbol, string>} */
    this.homes = new Map()
  }

  /** @param {string} name */
  source (name) {
    const file = this.program.getSourceFile(path.join(API, `${name}.js`).split(path.sep).join('/'))
    if (file === undefined) throw new Error(`js/api/${name}.js is not in tsconfig.types.json`)
    return file
  }

  /** @param {ts.SourceFile} file @returns {[name: string, symbol: ts.Symbol][]} without aliases */
  symbols (file) {
    const module = this.checker.getSymbolAtLocation(file)
    if (module === undefined) return []
    return this.checker.getExportsOfModule(module).map((symbol) =>
      [symbol.name, symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol])
  }

  /** @param {string[]} names */
  findHomes (names) {
    // The module that declares it, else the one with the shortest name.
    const order = [...names].sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1))
    for (const name of order) {
      const file = this.source(name)
      for (const [, symbol] of this.symbols(file)) {
        const declared = symbol.declarations?.some((one) => one.getSourceFile() === file)
        if (declared || !this.homes.has(symbol)) this.homes.set(symbol, name)
      }
    }
  }

  /** @param {ts.Signature} signature @param {string} name */
  signature (signature, name, kind = ts.SignatureKind.Call) {
    return name + clean(this.checker.signatureToString(signature, undefined, FLAGS, kind))
  }

  /** @param {ts.Symbol} symbol @param {unknown} value  what it is when the module runs @returns {Kind} */
  kind (symbol, value) {
    if (symbol.flags & ts.SymbolFlags.ValueModule && symbol.declarations?.some(ts.isSourceFile)) return 'module'
    if (typeof value === 'function') {
      const own = Object.getOwnPropertyDescriptor(value, 'prototype')
      // Those of engines and packages, whose text is not at hand, have a prototype with something in it.
      const type = this.checker.getTypeOfSymbol(symbol)
      const builds = type.getConstructSignatures().length > 0 && type.getCallSignatures().length === 0
      const isClass = builds || symbol.flags & ts.SymbolFlags.Class || /^class\b/.test(Function.prototype.toString.call(value)) ||
        (own?.value !== undefined && Object.getOwnPropertyNames(own.value).length > 1) || own?.writable === false
      return isClass ? 'class' : 'function'
    }
    return symbol.flags & ts.SymbolFlags.Value ? 'value' : 'type'
  }

  /** @param {ts.Type} type @param {ts.SourceFile} file @returns {Member[]} what the class itself declares */
  members (type, file) {
    const { checker } = this
    const instance = type.getConstructSignatures()[0]?.getReturnType()
    /** @param {ts.Symbol} member @param {string} prefix */
    const of = (member, prefix) => {
      const what = checker.getTypeOfSymbolAtLocation(member, file)
      const [call] = what.getCallSignatures()
      const optional = member.flags & ts.SymbolFlags.Optional ? '?' : ''
      const name = call === undefined
        ? `${prefix}${member.name}${optional}: ${clean(checker.typeToString(what, undefined, FLAGS))}`
        : this.signature(call, prefix + member.name)
      return { name, description: plain(member.getDocumentationComment(checker)) }
    }
    /** @param {ts.Symbol} member */
    const own = (member) => /^[a-z]\w*$/i.test(member.name) && member.name !== 'prototype' &&
      member.declarations?.some((one) => one.getSourceFile().fileName.includes('/js/') &&
        !(ts.getCombinedModifierFlags(/** @type {ts.Declaration} */ (one)) & ts.ModifierFlags.Private))
    const declared = new Set(instance?.symbol?.members?.values() ?? [])
    return [
      ...(instance?.getProperties() ?? []).filter((member) => declared.has(member) && own(member)).map((member) => of(member, '')),
      ...type.getProperties().filter((member) => own(member)).map((member) => of(member, 'static '))
    ]
  }

  /** @param {ts.Symbol} symbol @param {ts.Signature | undefined} call @returns {Export['notes']} */
  notes (symbol, call) {
    const tags = call?.getJsDocTags() ?? symbol.getJsDocTags(this.checker)
    return tags.flatMap(({ name, text }) => {
      const words = plain(text)
      if (name === 'param') {
        // The name, then perhaps a hyphen, then what it is.
        const [, of, rest = ''] = /^\[?([\w.$]+)(?:=[^\]]*)?\]?\s*(?:- )?([\s\S]*)$/.exec(words) ?? []
        return rest === '' ? [] : [{ name: `\`${of}\``, text: rest }]
      }
      if ((name === 'returns' || name === 'return') && words !== '') return [{ name: 'returns', text: words }]
      if (name === 'throws' && words !== '') return [{ name: 'throws', text: words }]
      return name === 'deprecated' ? [{ name: 'deprecated', text: words }] : []
    })
  }

  /**
   * @param {string} module @param {string} name @param {ts.Symbol} symbol @param {unknown} value
   * @returns {Export}
   */
  export (module, name, symbol, value) {
    const { checker } = this
    const file = this.source(module)
    const kind = this.kind(symbol, value)
    const home = this.homes.get(symbol)
    const type = kind === 'type' ? checker.getDeclaredTypeOfSymbol(symbol) : checker.getTypeOfSymbolAtLocation(symbol, file)
    const calls = type.getCallSignatures()
    const builds = type.getConstructSignatures()
    /** @type {string[]} */
    let signatures = []
    if (kind === 'function') signatures = calls.map((call) => this.signature(call, name))
    else if (kind === 'class') signatures = builds.map((one) => 'new ' + this.signature(one, name).replace(/\): [\s\S]*$/, ')'))
    else if (kind === 'type') signatures = [clean(checker.typeToString(type, undefined, FLAGS | ts.TypeFormatFlags.InTypeAlias))]
    else if (kind === 'value') signatures = [clean(checker.typeToString(type, undefined, FLAGS))]
    // What a package has not typed.
    signatures = signatures.filter((text) => text !== 'any' && text !== name)
    return {
      name,
      kind,
      description: plain(symbol.getDocumentationComment(checker)),
      signatures,
      notes: kind === 'function' || kind === 'class' ? this.notes(symbol, calls[0]) : [],
      members: kind === 'class' ? this.members(type, file) : [],
      elsewhere: home !== undefined && home !== module ? home : undefined
    }
  }
}

/** The routes of each module of native/api, with what Rust says of them. @returns {Map<string, { name: string, description: string }[]>} */
function readRoutes () {
  const name = path.join(folder, 'js/internal/routes.d.ts')
  const file = ts.createSourceFile(name, fs.readFileSync(name, 'utf8'), ts.ScriptTarget.Latest, true)
  const routes = new Map()
  for (const module of file.statements) {
    if (!ts.isModuleDeclaration(module) || module.body === undefined || !ts.isModuleBlock(module.body)) continue
    for (const one of module.body.statements) {
      if (!ts.isInterfaceDeclaration(one) || one.name.text !== 'Routes') continue
      routes.set(module.name.text, one.members.map((member) => ({
        name: member.name && ts.isStringLiteral(member.name) ? member.name.text : '',
        description: ts.getJSDocCommentsAndTags(member).map((doc) => ts.getTextOfJSDocComment(doc.comment) ?? '').join(' ')
      })))
    }
  }
  return routes
}

/** Every module of js/api, in the order of their names. */
export const moduleNames = () => fs.readdirSync(API, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.js')).map((name) => name.slice(0, -3).split(path.sep).join('/')).sort()

/** @returns {Promise<Module[]>} */
export async function collect () {
  const names = moduleNames()
  const collector = new Collector()
  collector.findHomes(names)
  const routes = readRoutes()
  return Promise.all(names.map(async (name) => {
    const file = collector.source(name)
    const values = await import(`socket:${name}`)
    const symbols = collector.symbols(file)
    const examples = readExamples(name)
    return {
      name,
      about: fileComment(file.text),
      hasDefault: 'default' in values,
      exports: symbols.filter(([one]) => one !== 'default')
        .map(([one, symbol]) => described(collector.export(name, one, symbol, values[one]), examples))
        .sort((a, b) => a.name < b.name ? -1 : 1),
      examples,
      routes: routes.get(name) ?? []
    }
  }))
}

/** @param {Export} one @param {Examples | undefined} examples  which says what the source does not @returns {Export} */
function described (one, examples) {
  if (one.description !== '' || examples === undefined) return one
  const example = examples.examples.find(({ names }) => names.includes(one.name))
  const [, about = ''] = Object.entries(examples.about).find(([pattern]) => covers(pattern, one.name)) ?? []
  return { ...one, description: example?.description || about }
}

/** @param {string} pattern  a name, or its beginning with `*` @param {string} name */
export const covers = (pattern, name) => pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name

/**
 * What is missing, a line each.
 *
 * @param {Module[]} modules
 */
export function lacking (modules) {
  const known = new Map(modules.map((module) => [module.name, module]))
  const lines = []
  for (const { name, about, exports, examples } of modules) {
    if (about === '') lines.push(`js/api/${name}.js: begin it with a comment that says what the module is for`)
    const like = examples?.as === undefined ? undefined : known.get(examples.as)
    if (examples?.as !== undefined && like === undefined) lines.push(`docs/api/examples/${name}.js: there is no module ${examples.as}`)
    const other = new Set(like?.exports.map((one) => one.name))
    const shown = new Set(examples?.examples.flatMap(({ names }) => names))
    for (const one of shown) {
      if (!exports.some((is) => is.name === one)) lines.push(`docs/api/examples/${name}.js: socket:${name} has no export ${one}`)
    }
    for (const one of exports) {
      if (one.elsewhere !== undefined || one.kind === 'module' || other.has(one.name)) continue
      if (one.description === '') lines.push(`socket:${name}: ${one.name} has no description, neither in its JSDoc nor in docs/api/examples/${name}.js`)
      if (one.kind === 'function' && !shown.has(one.name) && !one.name.startsWith('_')) {
        lines.push(`socket:${name}: the function ${one.name} has no example in docs/api/examples/${name}.js`)
      }
    }
  }
  return lines
}
