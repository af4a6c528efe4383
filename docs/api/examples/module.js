import Module, { createRequire } from 'socket:module'

export const about = { builtinModules: 'The names of the modules that are built in.' }

/**
 * A `require` for a file of the app, which finds built-in modules and CommonJS files.
 * @for createRequire
 */
export function required () {
  const require = createRequire('/app/index.js')
  console.log(require('path').basename('/tmp/notes.txt')) // → notes.txt
}

/** Whether a name is that of a built-in module, with `node:` or `socket:` or without. */
export function isBuiltin () {
  console.log(Module.isBuiltin('node:fs'), Module.isBuiltin('left-pad')) // → true false
}
