/** Bundles src/ into the directory of the app's files, which `ssc build` gives as the argument. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'

import { build } from 'esbuild'

const out = process.argv[2]
if (out === undefined) {
  console.error('ssc runs this script: use `npm run build`')
  process.exit(1)
}

// ssc ends the name of a build for development with -dev.
const dev = /-dev\b/.test(path.relative('.', out))

await mkdir(out, { recursive: true })
await build({
  entryPoints: { index: 'src/index.js' },
  outdir: out,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  // The runtime has these.
  external: ['socket:*'],
  minify: !dev,
  sourcemap: dev
}).catch(() => process.exit(1)) // esbuild has said why

// Only in development may the page end the app, because tests do.
const html = await readFile('src/index.html', 'utf8')
await writeFile(path.join(out, 'index.html'), dev ? html.replace('connect-src ', 'connect-src ipc://application.exit ') : html)
await copyFile('src/icon.png', path.join(out, 'icon.png'))
