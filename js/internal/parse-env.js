/** The text of `.env` files. */
import { validateString } from 'socket:internal/validators'

/** The text of a `.env` file as an object. @param {string} content @returns {Record<string, string>} */
export function parseEnv (content) {
  validateString(content, 'content')
  /** @type {Record<string, string>} */
  const env = {}
  const line = /^[ \t]*(?:export[ \t]+)?([^\s=#][^=\n]*?)[ \t]*=[ \t]*(?:"([^"]*)"|'([^']*)'|`([^`]*)`|([^#\n]*))/gm
  for (const [, key, double, single, backtick, bare] of content.replaceAll('\r\n', '\n').matchAll(line)) {
    env[key] = double?.replaceAll('\\n', '\n') ?? single ?? backtick ?? bare.trim()
  }
  return env
}
