/**
 * `socket:` addresses in Node itself: a hook for `register` of `node:module` that answers with Node's module of the same name,
 * so that a file that only uses those runs there, too. It imports nothing, so Node can load it as it is.
 */

const NAMES = new Set([
  'assert', 'assert/strict', 'async_hooks', 'buffer', 'child_process', 'console', 'constants', 'crypto', 'dgram', 'diagnostics_channel', 'dns', 'dns/promises', 'events',
  'fs', 'fs/promises', 'http', 'https', 'module', 'net', 'os', 'path', 'path/posix', 'path/win32', 'perf_hooks', 'process', 'punycode', 'querystring', 'readline',
  'readline/promises', 'stream', 'stream/consumers', 'stream/promises', 'stream/web', 'string_decoder', 'sys', 'test', 'timers', 'timers/promises', 'tty', 'url', 'util',
  'util/types', 'vm', 'worker_threads', 'zlib'
])

/**
 * @param {string} specifier
 * @param {{ parentURL?: string, conditions?: readonly string[], importAttributes?: object }} context
 * @param {(specifier: string, context?: any) => any} [nextResolve] the hook after this one
 * @returns {Promise<{ url: string, format?: string | null, shortCircuit?: boolean }>}
 */
export async function resolve (specifier, context, nextResolve = undefined) {
  if (typeof specifier === 'string' && specifier.startsWith('socket:')) {
    const name = specifier.slice('socket:'.length)
    if (NAMES.has(name)) return { url: `node:${name}`, format: 'builtin', shortCircuit: true }
    if (!name.startsWith('//')) {
      throw Object.assign(new Error(`There is no module ${specifier} in Node: it is there in an app alone${context?.parentURL ? `, imported from ${context.parentURL}` : ''}`), { code: 'ERR_UNKNOWN_BUILTIN_MODULE' })
    }
  }
  if (typeof nextResolve === 'function') return nextResolve(specifier, context)
  throw Object.assign(new Error(`Cannot find module '${specifier}'`), { code: 'ERR_MODULE_NOT_FOUND' })
}

export default { resolve }
