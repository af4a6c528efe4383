/**
 * Command line options as an object: Node's `util.parseArgs`.
 */
import {
  ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE, ERR_PARSE_ARGS_INVALID_OPTION_VALUE, ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL, ERR_PARSE_ARGS_UNKNOWN_OPTION
} from 'socket:internal/errors'
import { validateArray, validateBoolean, validateObject, validateString } from 'socket:internal/validators'
import runtime from 'socket:internal/args'

/** @typedef {{ type: 'string' | 'boolean', short?: string, multiple?: boolean, default?: any }} Option */
/** @typedef {Record<string, Option>} Options */
/** @typedef {{ kind: string, index: number, name?: string, rawName?: string, value?: string, inlineValue?: boolean }} Token */

/** @param {Options} options */
function validateOptions (options) {
  validateObject(options, 'options')
  for (const [name, option] of Object.entries(options)) {
    const at = `options.${name}`
    validateObject(option, at)
    if (option.type !== 'string' && option.type !== 'boolean') throw new ERR_INVALID_ARG_TYPE(`${at}.type`, "('string|boolean')", option.type)
    if (Object.hasOwn(option, 'short')) {
      validateString(option.short, `${at}.short`)
      if (option.short.length !== 1) throw new ERR_INVALID_ARG_VALUE(`${at}.short`, option.short, 'must be a single character')
    }
    if (Object.hasOwn(option, 'multiple')) validateBoolean(option.multiple, `${at}.multiple`)
    if (option.default === undefined) continue
    const validate = /** @type {(value: unknown, name: string) => void} */ (option.type === 'string' ? validateString : validateBoolean)
    if (option.multiple) {
      validateArray(option.default, `${at}.default`)
      for (const [index, item] of option.default.entries()) validate(item, `${at}.default[${index}]`)
    } else {
      validate(option.default, `${at}.default`)
    }
  }
}

/** @param {Options} options @param {string} short */
function longOf (options, short) {
  return Object.entries(options).find(([, option]) => option.short === short)?.[0] ?? short
}

/** @param {Options} options @param {string} name */
function typeOf (options, name) {
  return Object.hasOwn(options, name) ? options[name].type : undefined
}

/** @param {string[]} args @param {Options} options @returns {Token[]} */
function tokenize (args, options) {
  /** @type {Token[]} */
  const tokens = []
  const rest = [...args]
  let index = -1
  // Letters of a group like -abc are taken apart and do not count as arguments.
  let grouped = 0
  while (rest.length > 0) {
    const arg = /** @type {string} */ (rest.shift())
    if (grouped > 0) grouped--
    else index++
    const next = rest[0]
    if (arg === '--') {
      tokens.push({ kind: 'option-terminator', index })
      for (const value of rest) tokens.push({ kind: 'positional', index: ++index, value })
      break
    }
    if (/^-[^-]$/.test(arg)) {
      const name = longOf(options, arg[1])
      const takes = typeOf(options, name) === 'string' && next !== undefined
      tokens.push({ kind: 'option', name, rawName: arg, index, value: takes ? rest.shift() : undefined, inlineValue: takes ? false : undefined })
      if (takes) index++
    } else if (/^-[^-]./s.test(arg)) {
      const letters = [...arg.slice(1)]
      const value = letters.findIndex((letter) => typeOf(options, longOf(options, letter)) === 'string')
      if (value === 0) {
        tokens.push({ kind: 'option', name: longOf(options, letters[0]), rawName: `-${letters[0]}`, index, value: arg.slice(2), inlineValue: true })
      } else {
        const flags = (value < 0 ? letters : letters.slice(0, value)).map((letter) => `-${letter}`)
        if (value > 0) flags.push(`-${letters.slice(value).join('')}`)
        rest.unshift(...flags)
        grouped = flags.length
      }
    } else if (/^--[^=]+$/s.test(arg)) {
      const name = arg.slice(2)
      const takes = typeOf(options, name) === 'string' && next !== undefined
      tokens.push({ kind: 'option', name, rawName: arg, index, value: takes ? rest.shift() : undefined, inlineValue: takes ? false : undefined })
      if (takes) index++
    } else if (/^--.+?=/s.test(arg)) {
      const at = arg.indexOf('=', 3)
      tokens.push({ kind: 'option', name: arg.slice(2, at), rawName: arg.slice(0, at), index, value: arg.slice(at + 1), inlineValue: true })
    } else {
      tokens.push({ kind: 'positional', index, value: arg })
    }
  }
  return tokens
}

/** @param {Token} token @param {Options} options @param {boolean} positionals */
function checkStrictly ({ name = '', rawName = '', value, inlineValue }, options, positionals) {
  const type = typeOf(options, name)
  if (type === undefined) throw new ERR_PARSE_ARGS_UNKNOWN_OPTION(rawName, positionals)
  const short = options[name].short
  const title = `${short ? `-${short}, ` : ''}--${name}`
  if (type === 'string' && typeof value !== 'string') throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${title} <value>' argument missing`)
  if (type === 'boolean' && value !== undefined) throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(`Option '${title}' does not take an argument`)
  if (type === 'string' && !inlineValue && value !== undefined && value.length > 1 && value[0] === '-') {
    const example = rawName.startsWith('--') ? `'${rawName}=-XYZ'` : `'--${name}=-XYZ' or '${rawName}-XYZ'`
    throw new ERR_PARSE_ARGS_INVALID_OPTION_VALUE(
      `Option '${rawName}' argument is ambiguous.\nDid you forget to specify the option argument for '${rawName}'?\nTo specify an option argument starting with a dash use ${example}.`
    )
  }
}

/**
 * @param {{ args?: string[], options?: Options, strict?: boolean, allowPositionals?: boolean, tokens?: boolean }} [config]
 * @returns {{ values: Record<string, any>, positionals: string[], tokens?: Token[] }}
 */
export function parseArgs (config = {}) {
  const args = config.args ?? runtime.argv.slice(2)
  const strict = config.strict ?? true
  const allowPositionals = config.allowPositionals ?? !strict
  const withTokens = config.tokens ?? false
  const options = config.options ?? {}
  validateArray(args, 'args')
  validateBoolean(strict, 'strict')
  validateBoolean(allowPositionals, 'allowPositionals')
  validateBoolean(withTokens, 'tokens')
  validateOptions(options)

  /** @type {Record<string, any>} */
  const values = Object.create(null)
  /** @type {string[]} */
  const positionals = []
  const tokens = tokenize(args, options)
  for (const token of tokens) {
    const { kind, name = '', value } = token
    if (kind === 'option') {
      if (strict) checkStrictly(token, options, allowPositionals)
      // Not a property: it would change the object's prototype.
      if (name === '__proto__') continue
      const given = value ?? true
      if (Object.hasOwn(options, name) && options[name].multiple) (values[name] ??= []).push(given)
      else values[name] = given
    } else if (kind === 'positional') {
      if (!allowPositionals) throw new ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL(String(value))
      positionals.push(String(value))
    }
  }
  for (const [name, option] of Object.entries(options)) {
    if (option.default !== undefined && values[name] === undefined && name !== '__proto__') values[name] = option.default
  }
  return withTokens ? { values, positionals, tokens } : { values, positionals }
}
