/**
 * A path taken apart, that reads as the path where text is asked for.
 */
import args from 'socket:internal/args'

/**
 * @typedef {{
 *   parse (path: string): { root: string, dir: string, base: string, ext: string, name: string },
 *   resolve (...paths: string[]): string,
 *   normalize (path: string): string,
 *   isAbsolute (path: string): boolean,
 *   sep: string
 * }} PathFunctions
 */

/** What a Path was made of. @type {WeakMap<object, { pathname: string, cwd: string }>} */
const parts = new WeakMap()

/** @param {object} path */
function partsOf (path) {
  return /** @type {{ pathname: string, cwd: string }} */ (parts.get(path))
}

/** @param {PathFunctions} functions those of the platform whose paths it holds */
export function pathClass (functions) {
  return class Path {
    /**
     * @param {string | URL | { toString (): string }} pathname
     * @param {string} [cwd] what a relative path is relative to
     */
    static from (pathname, cwd) {
      return new this(String(pathname instanceof URL ? decodeURIComponent(pathname.pathname) : pathname), cwd)
    }

    /**
     * @param {string} pathname
     * @param {string} [cwd]
     */
    constructor (pathname, cwd = args.cwd) {
      const normal = functions.normalize(pathname)
      parts.set(this, { pathname: normal, cwd })
      const { root, dir, base, ext, name } = functions.parse(normal)
      this.root = root
      this.dir = dir
      this.base = base
      this.ext = ext
      this.name = name
    }

    get pathname () { return partsOf(this).pathname }
    /** The path from the root. */
    get value () { return functions.resolve(partsOf(this).cwd, partsOf(this).pathname) }
    get isAbsolute () { return functions.isAbsolute(partsOf(this).pathname) }
    get isRelative () { return !this.isAbsolute }
    get drive () { return /^[A-Za-z]:/.exec(partsOf(this).pathname)?.[0] ?? null }

    toString () { return partsOf(this).pathname }
    toJSON () { return partsOf(this).pathname }
    valueOf () { return partsOf(this).pathname }
    /** @param {string} hint */
    [Symbol.toPrimitive] (hint) { return hint === 'number' ? NaN : partsOf(this).pathname }

    toURL () {
      const path = this.value.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/').replace(/^([A-Za-z])%3A/, '/$1:')
      return new URL(`file://${path}`)
    }
  }
}
