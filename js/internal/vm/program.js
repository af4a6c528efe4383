/**
 * The text of a script, changed so that its globals are what a context has: engines let no page say what a script's global
 * object is. What it declares becomes assignments, which a scope sees; lines stay.
 */
import { parse } from 'acorn'
import { validateArray, validateString } from 'socket:internal/validators'

/** The one name that a script cannot have for itself. */
export const KEY = '__socket_vm__'

/** @param {any} pattern @returns {string[]} */
function namesOf (pattern) {
  if (pattern === null) return []
  switch (pattern.type) {
    case 'Identifier': return [pattern.name]
    case 'ObjectPattern': return pattern.properties.flatMap((/** @type {any} */ one) => namesOf(one.type === 'RestElement' ? one.argument : one.value))
    case 'ArrayPattern': return pattern.elements.flatMap(namesOf)
    case 'AssignmentPattern': return namesOf(pattern.left)
    default: return namesOf(pattern.argument)
  }
}

const LOOPS = new Set(['ForStatement', 'ForInStatement', 'ForOfStatement', 'WhileStatement', 'DoWhileStatement'])
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])
/** Those that have a value of their own, which is not that of what stood before. */
const VALUED = new Set([...LOOPS, 'IfStatement', 'SwitchStatement', 'TryStatement', 'WithStatement'])

/**
 * @typedef {object} Program
 * @property {string} text the body of a function
 * @property {boolean} strict
 * @property {string[]} vars names that `var` and `function` declare
 * @property {string[]} functions
 * @property {{ name: string, constant: boolean }[]} lexicals names that `let`, `const` and `class` declare
 */

/**
 * @param {string} source
 * @param {{ timed?: boolean, isFunction?: boolean }} [options] timed: loops and functions look at the clock; isFunction: the body of a function
 * @returns {Program}
 */
export function compile (source, { timed = false, isFunction = false } = {}) {
  /** @type {any} */
  const tree = parse(source, { ecmaVersion: 'latest', sourceType: 'script', allowReturnOutsideFunction: isFunction })
  /** @type {{ at: number, order: number, end: number, text: string }[]} */
  const edits = []
  const put = (/** @type {number} */ at, /** @type {string} */ text, end = at) => edits.push({ at, end, text, order: edits.length })
  /** @type {Set<string>} */
  const vars = new Set()
  /** @type {string[]} */
  const functions = []
  /** @type {Program['lexicals']} */
  const lexicals = []
  const directives = tree.body.filter((/** @type {any} */ one) => one.directive !== undefined)
  const strict = directives.some((/** @type {any} */ one) => one.directive === 'use strict')

  /** @param {any} node @param {boolean} list whether it stands in a list of statements */
  const declaration = (node, list) => {
    const first = node.declarations[0]
    const last = node.declarations.at(-1)
    put(node.start, list ? ';(' : '(', first.start)
    for (const one of node.declarations) if (one.init === null && node.kind !== 'var') put(one.end, '=void 0')
    put(last.end, list ? ');' : ')')
  }

  /** @param {any} node @param {any} parent @param {{ top: boolean, inside: boolean, silent: boolean }} where top: of the script's own list; inside: of a function; silent: of what has no value */
  const visit = (node, parent, where) => {
    const list = parent !== null && (parent.type === 'Program' || parent.type === 'BlockStatement' || parent.type === 'SwitchCase')
    if (!isFunction && !where.inside) {
      if (node.type === 'VariableDeclaration') {
        if (node.kind === 'var') {
          for (const one of node.declarations) for (const name of namesOf(one.id)) vars.add(name)
          if (LOOPS.has(parent.type)) put(node.start, '', node.declarations[0].start)
          else declaration(node, list)
        } else if (where.top && list) {
          for (const one of node.declarations) for (const name of namesOf(one.id)) lexicals.push({ name, constant: node.kind === 'const' })
          declaration(node, list)
        }
      } else if (node.type === 'ClassDeclaration' && where.top) {
        lexicals.push({ name: node.id.name, constant: false })
        put(node.start, `;(${node.id.name}=`)
        put(node.end, ');')
      } else if (node.type === 'FunctionDeclaration' && where.top) {
        functions.push(node.id.name)
      } else if (node.type === 'ExpressionStatement' && node.directive === undefined && !where.silent) {
        put(node.expression.start, `${KEY}.value=(`)
      }
      if (VALUED.has(node.type) && list && !where.silent) put(node.start, `${KEY}.value=void 0;`)
    }
    if (node.type === 'UnaryExpression' && node.operator === 'typeof' && node.argument.type === 'Identifier') put(node.start, `${KEY}.asked(${KEY}.asks=true,`)
    // A function that a scope has is called without one.
    const called = node.type === 'CallExpression' ? node.callee : node.type === 'TaggedTemplateExpression' ? node.tag : undefined
    if (called?.type === 'Identifier' && called.name !== 'eval') {
      put(called.start, `${KEY}.call(`)
      put(called.end, ')')
    }
    if (node.type === 'ImportExpression') put(node.start, `${KEY}.import`, node.start + 'import'.length)
    if (timed && LOOPS.has(node.type)) {
      put(node.body.start, `{${KEY}.tick();`)
    }
    const isBody = timed && FUNCTIONS.has(node.type) && node.body.type === 'BlockStatement'
    if (isBody) {
      const after = node.body.body.filter((/** @type {any} */ one) => one.directive !== undefined).at(-1)
      put(after === undefined ? node.body.start + 1 : after.end, `;${KEY}.tick();`)
    }
    const inside = where.inside || FUNCTIONS.has(node.type) || node.type === 'PropertyDefinition' || node.type === 'StaticBlock'
    for (const [name, child] of Object.entries(node)) {
      if (name === 'type' || child === null || typeof child !== 'object') continue
      for (const one of Array.isArray(child) ? child : [child]) {
        if (one !== null && typeof one?.type === 'string') visit(one, node, { top: node.type === 'Program', inside, silent: where.silent || (node.type === 'TryStatement' && name === 'finalizer') })
      }
    }
    if (timed && LOOPS.has(node.type)) put(node.body.end, '}')
    if (node.type === 'UnaryExpression' && node.operator === 'typeof' && node.argument.type === 'Identifier') put(node.end, ')')
    if (!isFunction && !where.inside && node.type === 'ExpressionStatement' && node.directive === undefined && !where.silent) put(node.expression.end, ')')
  }
  visit(tree, null, { top: false, inside: false, silent: false })

  edits.sort((a, b) => a.at - b.at || a.order - b.order)
  let text = ''
  let at = 0
  for (const edit of edits) {
    text += source.slice(at, edit.at) + edit.text
    at = Math.max(edit.end, edit.at)
  }
  text += source.slice(at)
  if (text.startsWith('#!')) text = `//${text}`
  const value = directives.length > 0 ? `${KEY}.value=${JSON.stringify(directives.at(-1).expression.value)};` : ''
  const head = functions.map((name) => `${KEY}.define(${JSON.stringify(name)},${name});`).join('')
  return { text: `${strict ? '"use strict";' : ''}${value}${head}${text}\n`, strict, vars: [...vars, ...functions], functions, lexicals }
}

/** Whether a text is the body of a function, or a module: that has `import`, `export`, `import.meta` or an `await` outside of functions. @param {string} source @returns {'classic' | 'module'} */
export function detectFunctionSourceType (source) {
  validateString(source, 'source')
  try {
    parse(source, { ecmaVersion: 'latest', sourceType: 'script', allowReturnOutsideFunction: true })
    return 'classic'
  } catch (error) {
    try {
      parse(source, { ecmaVersion: 'latest', sourceType: 'module' })
    } catch {
      throw error
    }
    return 'module'
  }
}

/** The text of a function, in brackets: of a text that is a function itself, or of the body of one. @param {string} source @param {readonly string[]} [params] the names of the parameters of a body @returns {string} */
export function wrapFunctionSource (source, params = []) {
  validateString(source, 'source')
  validateArray(params, 'params')
  params.forEach((param, at) => validateString(param, `params[${at}]`))
  try {
    const { body: [one, ...rest] } = /** @type {any} */ (parse(`(${source}\n)`, { ecmaVersion: 'latest', sourceType: 'script' }))
    if (rest.length === 0 && /^(FunctionExpression|ArrowFunctionExpression|ClassExpression)$/.test(one.expression?.type)) return `(${source}\n)`
  } catch {
    // The body of one.
  }
  const text = `(function (${params.join(', ')}) {\n${source}\n})`
  const { body } = /** @type {any} */ (parse(text, { ecmaVersion: 'latest', sourceType: 'script' }))
  // A body that closes the function, and opens another one.
  if (body.length !== 1 || body[0].expression?.type !== 'FunctionExpression') throw new SyntaxError('the source is neither a function nor the body of one')
  return text
}
