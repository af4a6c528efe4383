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

/** @param {PathFunctions} functions those of the platform whose paths it holds */
export function pathClass (functions) {
  return class Path {
    #pathname
    #cwd

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
      this.#pathname = functions.normalize(pathname)
      this.#cwd = cwd
      const { root, dir, base, ext, name } = functions.parse(this.#pathname)
      this.root = root
      this.dir = dir
      this.base = base
      this.ext = ext
      this.name = name
    }

    get pathname () { return this.#pathname }
    /** The path from the root. */
    get value () { return functions.resolve(this.#cwd, this.#pathname) }
    get isAbsolute () { return functions.isAbsolute(this.#pathname) }
    get isRelative () { return !this.isAbsolute }
    get drive () { return /^[A-Za-z]:/.exec(this.#pathname)?.[0] ?? null }

    toString () { return this.#pathname }
    toJSON () { return this.#pathname }
    valueOf () { return this.#pathname }
    /** @param {string} hint */
    [Symbol.toPrimitive] (hint) { return hint === 'number' ? NaN : this.#pathname }

    toURL () {
      const path = this.value.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/').replace(/^([A-Za-z])%3A/, '/$1:')
      return new URL(`file://${path}`)
    }
  }
}
