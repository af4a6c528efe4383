/**
 * Writes a TypeScript program that uses every export of every module, for test/types: a name without a declaration, or one
 * whose type is `any`, does not compile.
 *
 *     node --import ./test/register.js test/types/generate.js <folder>
 */
import fs from 'node:fs'
import path from 'node:path'
import { namespaces } from 'socket:internal/builtins'

const [folder] = process.argv.slice(2)
const all = { ...namespaces, module: await import('socket:module'), commonjs: await import('socket:commonjs') }

/** What answers with values of the program's own, which may be anything. @type {Record<string, string[]>} */
const ANYTHING = {
  backend: ['request'],
  buffer: ['SlowBuffer'],
  'dns/promises': ['lookup'],
  'fs/stats': ['fromNative'],
  ipc: ['createBinding'],
  'stream/consumers': ['json'],
  sys: ['InvertedPromise', '_extend', 'parseJSON'],
  util: ['InvertedPromise', '_extend', 'parseJSON'],
  vm: ['applyInputContextReferences', 'applyOutputContextReferences', 'compileFunction', 'filterNonTransferableValues', 'getContextWindow', 'runInContext', 'runInNewContext', 'runInThisContext'],
  worker_threads: ['getEnvironmentData', 'workerData']
}

const lines = [
  'type IsAny<T> = 0 extends 1 & T ? true : false',
  'type Answer<T> = T extends abstract new (...args: any) => any ? object : T extends (...args: any) => infer R ? Awaited<R> : T',
  '/** Compiles for what is no `any`. */',
  'declare function typed<T> (value: T, wrong: IsAny<T>): void',
  '/** Compiles for what answers with no `any`, at once or as a promise. */',
  'declare function answers<T> (value: T, wrong: IsAny<Answer<T>>): void',
  ''
]
for (const [index, [name, namespace]] of Object.entries(all).sort(([a], [b]) => a < b ? -1 : 1).entries()) {
  lines.push(`import * as m${index} from 'socket:${name}'`)
  const free = ANYTHING[name] ?? []
  for (const key of Object.keys(namespace).filter((one) => one !== 'default')) {
    const value = free.includes(key) && typeof Reflect.get(namespace, key) !== 'function'
    if (!value) lines.push(`typed(m${index}.${key}, false) // ${name}`)
    if (!free.includes(key)) lines.push(`answers(m${index}.${key}, false) // ${name}`)
  }
  if ('default' in namespace) lines.push(`typed(m${index}.default, false) // ${name}`)
}
/** @param {string} of */
const declarations = (of) => path.relative(folder, path.join('js', 'dist', 'types', 'js', of, '*')).replaceAll('\\', '/')
fs.mkdirSync(folder, { recursive: true })
fs.writeFileSync(path.join(folder, 'uses.ts'), `${lines.join('\n')}\n`)
fs.writeFileSync(path.join(folder, 'tsconfig.json'), `${JSON.stringify({
  compilerOptions: {
    strict: true,
    noEmit: true,
    target: 'ES2023',
    module: 'ESNext',
    moduleResolution: 'Bundler',
    lib: ['ES2024', 'ESNext', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
    types: ['node'],
    skipLibCheck: true,
    paths: { 'socket:internal/*': [declarations('internal')], 'socket:*': [declarations('api')] }
  },
  files: ['uses.ts']
}, null, 2)}\n`)
// The loader's process that answers routes is not needed: nothing was called.
process.exit(0)
