/** Bundles src/ into the directory of the app's files, which `ssc build` gives as the argument. */
import { copyFile, mkdir } from 'node:fs/promises'
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
  entryPoints: { index: 'src/index.tsx' },
  outdir: out,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  // The runtime has these.
  external: ['socket:*'],
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': dev ? '"development"' : '"production"' },
  minify: !dev,
  sourcemap: dev
}).catch(() => process.exit(1)) // esbuild has said why

for (const name of ['index.html', 'icon.png']) await copyFile(path.join('src', name), path.join(out, name))
