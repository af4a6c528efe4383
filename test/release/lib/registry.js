/**
 * A registry of our own on 127.0.0.1: prints its address as a line when it listens, and ends with its stdin.
 * Run as `node registry.js <configuration>`.
 */
export {}

// By a name that tsc does not follow: verdaccio is installed when this runs, not when types are checked.
const name = /** @type {string} */ ('verdaccio')
const { runServer } = await import(name)

const server = await runServer(process.argv[2])
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address()
  console.log(`http://127.0.0.1:${port}/`)
})
process.stdin.on('end', () => process.exit(0)).resume()
