/**
 * CommonJS, under the name that later apps know: see `socket:module`.
 */
import { builtins, createRequire, Module } from 'socket:module'

export { builtins, createRequire, Module }

export default { builtins, createRequire, Module }
