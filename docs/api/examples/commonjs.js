import commonjs from 'socket:commonjs'

export const about = { Loaded: 'A file that was found: where, what it is, and its text.' }

/** @for Cache */
export function cache () {
  const cache = new commonjs.Cache()
  console.log(cache.has('/lib/never-required.js'), new commonjs.Cache({ a: 1 }).get('a')) // → false 1
}

/** @for Loader */
export function loading () {
  const loader = new commonjs.Loader()
  console.log(loader.resolve('node:fs'), loader.status('never-there.js')) // → node:fs missing
}

/** @for Package */
export function packages () {
  const one = new commonjs.Package({ name: 'one', exports: { './part': './lib/part.js' } }, '/one')
  console.log(one.name, one.resolve('./part').endsWith('part.js')) // → one true
}
