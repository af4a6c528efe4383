/** Bundles src/ into the directory of the app's files, which `ssc build` gives as the argument. */
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import path from 'node:path'

import { build } from 'esbuild'
import { compileScript, compileStyle, parse } from 'vue/compiler-sfc'

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
  define: {
    'process.env.NODE_ENV': dev ? '"development"' : '"production"',
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false'
  },
  plugins: [vue()],
  minify: !dev,
  sourcemap: dev
}).catch(() => process.exit(1)) // esbuild has said why

for (const name of ['index.html', 'icon.png']) await copyFile(path.join('src', name), path.join(out, name))

/**
 * Single-file components, by Vue's own compiler: the script with its template, and the styles as a CSS file.
 *
 * @returns {import('esbuild').Plugin}
 */
function vue () {
  const styles = new Map()
  return {
    name: 'vue',
    setup (build) {
      build.onLoad({ filter: /\.vue$/, namespace: 'file' }, async ({ path: filename }) => {
        const { descriptor, errors } = parse(await readFile(filename, 'utf8'), { filename })
        const id = `data-v-${Buffer.from(path.relative('.', filename)).toString('hex').slice(-16)}`
        const scoped = descriptor.styles.some((style) => style.scoped)
        const wrong = (error) => ({ text: error.message, location: { file: filename, line: error.loc?.start.line } })
        if (errors.length > 0) return { errors: errors.map(wrong) }
        try {
          const script = compileScript(descriptor, { id, inlineTemplate: true, templateOptions: { transformAssetUrls: false }, isProd: !dev, genDefaultAs: 'component' })
          const results = descriptor.styles.map(({ content, scoped }) => compileStyle({ source: content, filename, id, scoped }))
          const bad = results.flatMap((result) => result.errors)
          if (bad.length > 0) return { errors: bad.map(wrong) }
          styles.set(filename, results.map((result) => result.code).join('\n'))
          const scope = scoped ? `component.__scopeId = '${id}'\n` : ''
          return {
            contents: `${script.content}\n${scope}import ${JSON.stringify(`vue-style:${filename}`)}\nexport default component`,
            loader: script.lang === 'ts' ? 'ts' : 'js',
            resolveDir: path.dirname(filename)
          }
        } catch (error) {
          return { errors: [wrong(error)] }
        }
      })
      build.onResolve({ filter: /^vue-style:/ }, ({ path: name }) => ({ path: name.slice('vue-style:'.length), namespace: 'vue-style' }))
      build.onLoad({ filter: /.*/, namespace: 'vue-style' }, ({ path: filename }) => ({
        contents: styles.get(filename), loader: 'css', resolveDir: path.dirname(filename)
      }))
    }
  }
}
