/** The pages of docs/api. */

/** @typedef {import('./collect.js').Module} Module */
/** @typedef {import('./collect.js').Export} Export */

const NOTE = '<!-- Made by `npm run docs` from js/api, native/api and docs/api/examples. Do not edit. -->'

/** @param {string} text */
const line = (text) => text.replace(/\s*\n\s*/g, ' ').trim()
/** @param {string} text  for a cell of a table */
const cell = (text) => line(text).replaceAll('|', '\\|')
/** @param {string} text */
const code = (text) => `\`${text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|')}\``
/** GitHub's: lower case, without what is no letter. @param {string} name */
const anchor = (name) => name.toLowerCase().replace(/[^\w]/g, '')
/** JSDoc's own links are not Markdown's. @param {string} text */
const prose = (text) => text.replace(/\{@link ([^}]+)\}/g, '`$1`')

/** @param {string} name of a module */
export const pageOf = (name) => `${name}.md`

/** @param {string} from @param {string} to  names of modules */
const link = (from, to) => `${'../'.repeat(from.split('/').length - 1)}${pageOf(to)}`

/** @param {string} language @param {string} text */
const fence = (language, text) => ['```' + language, text, '```', '']

/** @param {Module} module @param {Export} one */
function entry (module, one) {
  const lines = [`### ${one.name}`, '']
  if (one.signatures.length > 0) lines.push(...fence('ts', one.signatures.join('\n')))
  lines.push(prose(one.description), '')
  if (one.notes.length > 0) lines.push(...one.notes.map(({ name, text }) => `- ${name}: ${line(prose(text))}`), '')
  if (one.members.length > 0) {
    lines.push('| member | |', '|---|---|', ...one.members.map(({ name, description }) => `| ${code(name)} | ${cell(prose(description))} |`), '')
  }
  for (const example of module.examples?.examples ?? []) {
    if (!example.names.includes(one.name)) continue
    // Shown where it comes first.
    const [first] = [...example.names].sort()
    if (first === one.name) lines.push(...fence('js', example.code))
    else lines.push(`Example: see [${first}](#${anchor(first)}).`, '')
  }
  return lines
}

/** @param {Module} module @param {Map<string, Module>} modules */
export function page (module, modules) {
  const { name, about, hasDefault, exports, examples, routes } = module
  const like = examples?.as === undefined ? undefined : modules.get(examples.as)
  /** Described on another page. @param {Export} one */
  const away = (one) => one.elsewhere ?? (like?.exports.some((other) => other.name === one.name) && one.name !== '' &&
    !examples?.examples.some(({ names }) => names.includes(one.name))
    ? like.name
    : undefined)
  const here = exports.filter((one) => one.kind !== 'module' && away(one) === undefined)
  const identifier = name.replace(/\/\w/g, (part) => part[1].toUpperCase()).replace(/\W/g, '_')
  const lines = [NOTE, '', `# socket:${name}`, '', prose(about), '',
    ...fence('js', hasDefault ? `import ${identifier} from 'socket:${name}'` : `import * as ${identifier} from 'socket:${name}'`)]
  if (examples && examples.examples.length > 0 && examples.begin.split('\n').length > 1) {
    lines.push('The examples begin with:', '', ...fence('js', examples.begin))
  }
  for (const [title, kind] of /** @type {const} */ ([['Functions', 'function'], ['Classes', 'class']])) {
    const some = here.filter((one) => one.kind === kind)
    if (some.length > 0) lines.push(`## ${title}`, '', ...some.flatMap((one) => entry(module, one)))
  }
  const values = here.filter((one) => one.kind === 'value')
  if (values.length > 0) {
    lines.push('## Values', '', '| name | type | |', '|---|---|---|', ...values.map((one) =>
      `| \`${one.name}\` | ${one.signatures.length > 0 ? code(one.signatures[0]) : ''} | ${cell(prose(one.description))} |`), '')
    for (const example of examples?.examples ?? []) {
      if (example.names.every((of) => values.some((one) => one.name === of))) lines.push(...fence('js', example.code))
    }
  }
  const types = here.filter((one) => one.kind === 'type')
  if (types.length > 0) {
    lines.push('## Types', '', ...types.flatMap((one) =>
      [`### ${one.name}`, '', prose(one.description), '', ...fence('ts', `type ${one.name} = ${one.signatures[0] ?? 'any'}`)]))
  }
  const elsewhere = exports.filter((one) => away(one) !== undefined)
  if (elsewhere.length > 0) {
    lines.push('## Also exported', '', ...[...new Set(elsewhere.map(away))].map((other) => {
      const names = elsewhere.filter((one) => away(one) === other).map((one) => `\`${one.name}\``)
      return `- from [socket:${other}](${link(name, String(other))}): ${names.join(', ')}`
    }), '')
  }
  const inside = exports.filter((one) => one.kind === 'module')
  if (inside.length > 0) lines.push(`Modules that it has as values: ${inside.map((one) => `\`${one.name}\``).join(', ')}.`, '')
  if (routes.length > 0) {
    lines.push('## Routes', '', 'What a page\'s policy names in `connect-src` to let it call them ([security](' +
      `${'../'.repeat(name.split('/').length)}security.md)).`, '', '| route | |', '|---|---|',
    ...routes.map((one) => `| \`ipc://${one.name}\` | ${cell(one.description)} |`), '')
  }
  return lines.join('\n').replace(/\n{3,}/g, '\n\n').trimEnd() + '\n'
}

/** @param {Module[]} modules */
export function index (modules) {
  return [NOTE, '', '# The socket: modules', '',
    'What each exports, with an example for every function; the test command runs them all. Modules with Node\'s name are',
    'Node\'s as far as a WebView can carry them: [node-compat.md](../node-compat.md) names what is missing. How to add to',
    'these pages: [contributing.md](../contributing.md).', '',
    '| module | |', '|---|---|',
    ...modules.map(({ name, about }) => `| [socket:${name}](${pageOf(name)}) | ${cell(prose(about).split('\n\n')[0])} |`), ''].join('\n')
}
