/**
 * The files of docs/api/examples: modules whose exported functions are examples.
 *
 *     import path from 'socket:path'
 *
 *     // The last part of a path.        (a JSDoc comment; what the module's own JSDoc says counts first)
 *     export function basename () {
 *       console.log(path.basename('/tmp/a.txt')) // → a.txt
 *     }
 *
 * `@for a b` names the exports that an example is for, where its own name does not; `@app` says that it needs windows.
 * `about` describes exports that are no functions, by name or by the beginning of names (`E*`). `as` is another module
 * whose page holds for names that both have. `before` runs before each example.
 */
import fs from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

import { folder } from '../../../npm/steps.js'

/**
 * @typedef {object} Example
 * @property {string} id           the function
 * @property {string[]} names      the exports it is for
 * @property {string} description
 * @property {string} code
 * @property {string[]} prints     the lines it says it prints
 * @property {boolean} app         whether it needs windows
 */

/**
 * @typedef {object} Examples
 * @property {string} file
 * @property {string} begin        what all have in common: imports and declarations
 * @property {Example[]} examples
 * @property {Record<string, string>} about
 * @property {string | undefined} as
 */

export const EXAMPLES = path.join(folder, 'docs/api/examples')
const RESERVED = new Set(['before'])

/** @param {string} code  lines that are indented as the body of a function is */
const dedent = (code) => code.replace(/^\n+|\s+$/g, '').replace(/^ {2}/gm, '')

/** What a body says it prints: behind each statement, or in lines of its own. @param {string} code */
const printed = (code) => [...code.matchAll(/\/\/ →(?: (.*))?$/gm)].map(([, text = '']) => text)

/** @param {string} module @returns {Examples | undefined} */
export function readExamples (module) {
  const file = path.join(EXAMPLES, `${module}.js`)
  if (!fs.existsSync(file)) return undefined
  const text = fs.readFileSync(file, 'utf8')
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS)
  /** @type {Examples} */
  const found = { file, begin: '', examples: [], about: {}, as: undefined }
  const begin = []
  for (const statement of source.statements) {
    const exported = ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    if (ts.isFunctionDeclaration(statement) && exported && statement.name && statement.body) {
      const code = dedent(statement.body.getText().slice(1, -1))
      if (RESERVED.has(statement.name.text)) {
        begin.push(code)
        continue
      }
      const tags = ts.getJSDocTags(statement)
      const tag = (/** @type {string} */ name) => tags.find((one) => one.tagName.text === name)
      const names = ts.getTextOfJSDocComment(tag('for')?.comment)?.trim().split(/\s+/) ?? [statement.name.text]
      const [doc] = ts.getJSDocCommentsAndTags(statement)
      found.examples.push({
        id: statement.name.text,
        names,
        description: (doc && ts.getTextOfJSDocComment(doc.comment)?.trim()) ?? '',
        code,
        prints: printed(code),
        app: tag('app') !== undefined
      })
    } else if (ts.isVariableStatement(statement) && exported) {
      for (const { name, initializer } of statement.declarationList.declarations) {
        if (name.getText() === 'as' && initializer && ts.isStringLiteral(initializer)) found.as = initializer.text
        if (name.getText() === 'about' && initializer && ts.isObjectLiteralExpression(initializer)) {
          for (const one of initializer.properties) {
            if (!ts.isPropertyAssignment(one) || !ts.isStringLiteral(one.initializer)) throw new Error(`${file}: about has names and texts alone`)
            found.about[ts.isStringLiteral(one.name) ? one.name.text : one.name.getText()] = one.initializer.text
          }
        }
      }
    } else {
      begin.push(statement.getText())
    }
  }
  found.begin = begin.join('\n')
  return found
}
