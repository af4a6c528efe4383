import { Extension, load, stats } from 'socket:extension'

export const about = {
  ExtensionInfo: 'What an extension says of itself.',
  ExtensionLoadOptions: 'What an extension may import, what is run instead of its file, and a signal.',
  ExtensionStats: 'How many extensions are loaded, and the bytes of their memories.',
  Binding: 'What an extension exports.'
}

// (module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
const module = Uint8Array.from([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 96, 2, 127, 127, 1, 127, 3, 2, 1, 0, 7, 7, 1, 3, 97, 100, 100, 0, 0, 10, 9, 1, 7, 0, 32, 0, 32, 1, 106, 11
])

/**
 * An app that has `extensions/sums.wasm` calls `load('sums')`.
 * @for load Extension
 */
export async function loading () {
  const sums = await load('sums', { module })
  console.log(sums instanceof Extension, sums.binding.add(20, 22)) // → true 42
  await sums.unload()
  await load('missing').catch((error) => console.log(error.code)) // → ERR_EXTENSION_NOT_FOUND
}

/** @for stats */
export async function counting () {
  const sums = await load('sums', { module })
  console.log(await stats()) // → { abi: 1, loaded: 1, memory: 0 }
  await sums.unload()
}
