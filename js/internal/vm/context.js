/**
 * Contexts of `socket:vm`: an object whose properties are the globals of scripts, and what belongs to it. In a page each has a
 * frame, and so intrinsics of its own; workers, and Node in tests, have one realm for all.
 */
import args from 'socket:internal/args'
import { INTRINSICS } from 'socket:internal/vm/intrinsics'
import { KEY } from 'socket:internal/vm/program'

/** Frames that nobody needs any more. @type {FinalizationRegistry<Element>} */
const frames = new FinalizationRegistry((frame) => frame.remove())

/** @typedef {{ global: any, run: (text: string) => any, end?: () => void }} Realm */

/** How text becomes code in a realm: by `eval`, or, where the policy forbids it, by an inline script with the page's nonce. @param {any} global @returns {Realm} */
function realmOf (global) {
  return {
    global,
    run (text) {
      try {
        return global.eval(text)
      } catch (error) {
        if (/** @type {any} */ (error)?.name !== 'EvalError') throw error
        const { document } = global
        const nonce = /** @type {any} */ (args).nonce
        if (document !== undefined && nonce !== undefined) {
          const script = document.createElement('script')
          script.nonce = nonce
          const key = Symbol.for('socket.vm')
          script.textContent = `globalThis[Symbol.for("socket.vm")]=${text}`
          document.documentElement.append(script)
          script.remove()
          const made = global[key]
          delete global[key]
          if (made !== undefined) return made
        }
        throw Object.assign(new Error('the Content-Security-Policy lets no text become code. Add \'unsafe-eval\' to its script-src, or, in pages, ipc://module.read to its ' +
          'connect-src (in the <meta http-equiv="Content-Security-Policy"> of the page or in [webview] headers of socket.ini)', { cause: error }), { code: 'ERR_ACCESS_DENIED' })
      }
    }
  }
}

/** The realm that this module runs in. */
const here = realmOf(globalThis)

/** @param {object} sandbox @returns {Realm} */
function newRealm (sandbox) {
  if (typeof document === 'undefined') return here
  const frame = document.createElement('iframe')
  frame.hidden = true
  frame.title = 'vm'
  document.documentElement.append(frame)
  frames.register(sandbox, frame, frame)
  return {
    ...realmOf(frame.contentWindow),
    end () {
      frames.unregister(frame)
      frame.remove()
    }
  }
}

export class Context {
  /** Names of `let`, `const` and `class`. @type {Map<string, { value: any, ready: boolean, constant: boolean }>} */
  lexicals = new Map()
  /** What a script says to the context while it runs. @type {any} */
  now = { value: undefined, asks: false, strict: false }

  /** @type {Realm | undefined} */
  #realm

  /** @param {any} sandbox @param {Realm} realm */
  constructor (sandbox, realm) {
    this.#realm = realm
    this.sandbox = sandbox
    const own = sandbox === globalThis
    /** @param {PropertyKey} name */
    const intrinsic = (name) => typeof name === 'string' && INTRINSICS.includes(name) && name in this.realm.global
    /** @param {PropertyKey} name */
    const known = (name) => name in sandbox || intrinsic(name)
    /** What `globalThis` and `this` are: the properties, and the intrinsics behind them. */
    this.global = own
      ? sandbox
      : new Proxy(sandbox, {
        get: (_, name) => name === 'globalThis' && !(name in sandbox) ? this.global : name in sandbox ? Reflect.get(sandbox, name) : intrinsic(name) ? this.realm.global[name] : undefined,
        has: (_, name) => name === 'globalThis' || known(name),
        set: (_, name, value) => Reflect.set(sandbox, name, value)
      })
    const { lexicals } = this
    this.scope = new Proxy(Object.create(null), {
      // Everything: what stands outside is none of the script's business.
      has: (_, name) => typeof name === 'string' && name !== KEY,
      get: (_, name) => {
        if (typeof name !== 'string') return undefined
        const lexical = lexicals.get(name)
        if (lexical !== undefined) {
          if (!lexical.ready) throw new this.realm.global.ReferenceError(`Cannot access '${name}' before initialization`)
          return lexical.value
        }
        if (name === 'globalThis' && !(name in sandbox)) return this.global
        if (name in sandbox) return sandbox[name]
        if (intrinsic(name)) return this.realm.global[name]
        if (this.now.asks) return undefined
        throw new this.realm.global.ReferenceError(`${name} is not defined`)
      },
      set: (_, name, value) => {
        const lexical = lexicals.get(/** @type {string} */ (name))
        if (lexical !== undefined) {
          if (lexical.ready && lexical.constant) throw new this.realm.global.TypeError('Assignment to constant variable.')
          Object.assign(lexical, { value, ready: true })
          return true
        }
        if (this.now.strict && !known(name)) throw new this.realm.global.ReferenceError(`${String(name)} is not defined`)
        return Reflect.set(sandbox, name, value) || !this.now.strict
      },
      deleteProperty: (_, name) => !lexicals.has(/** @type {string} */ (name)) && Reflect.deleteProperty(sandbox, name)
    })
  }

  /** Where its scripts run: a new one after `end`. */
  get realm () {
    return (this.#realm ??= newRealm(this.sandbox))
  }

  /** Ends its realm with what scripts declared there. @returns {boolean} whether it had one of its own */
  end () {
    if (this.#realm?.end === undefined) return false
    this.#realm.end()
    this.#realm = undefined
    this.lexicals.clear()
    return true
  }

  /** What a program declares is there before it runs. @param {import('socket:internal/vm/program').Program} program */
  declare ({ vars, lexicals }) {
    const { SyntaxError } = this.realm.global
    for (const { name } of lexicals) {
      if (this.lexicals.has(name)) throw new SyntaxError(`Identifier '${name}' has already been declared`)
    }
    for (const name of vars) {
      if (this.lexicals.has(name)) throw new SyntaxError(`Identifier '${name}' has already been declared`)
      if (!(name in this.sandbox)) this.sandbox[name] = undefined
    }
    for (const { name, constant } of lexicals) this.lexicals.set(name, { value: undefined, ready: false, constant })
  }
}

/** @type {WeakMap<object, Context>} */
const contexts = new WeakMap()

/** @param {object} sandbox */
export const contextOf = (sandbox) => contexts.get(sandbox)

/** @param {object} sandbox */
export function contextify (sandbox) {
  const found = contexts.get(sandbox)
  if (found !== undefined) return found
  const made = new Context(sandbox, newRealm(sandbox))
  contexts.set(sandbox, made)
  return made
}

/** @type {Context | undefined} */
let main

/** Of the realm that this module runs in. */
export const mainContext = () => (main ??= new Context(globalThis, here))
