/**
 * Builds a project twice in this process and sends how long each took: `node build.js <package> <project>`.
 */
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const [wrapper, project] = process.argv.slice(2)
const { run } = await import(pathToFileURL(path.join(wrapper, 'js/addon/index.js')).href)

async function build () {
  const start = performance.now()
  const code = await run(['build', '--quiet', project])
  if (code !== 0) process.exit(code)
  return performance.now() - start
}

// The addon is loaded by the first call; that belongs to the start, not to the build.
await run(['print-build-dir', project, '--root'])
const first = await build()
const again = await build()
process.send?.({ first, again })
process.disconnect?.()
