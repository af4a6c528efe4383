import * as loader from 'socket:node-esm-loader'

/** In Node: `register` this module's file with `node:module`, and `import 'socket:fs'` gives `node:fs`. */
export async function resolve () {
  console.log((await loader.resolve('socket:fs', {})).url) // → node:fs
}
