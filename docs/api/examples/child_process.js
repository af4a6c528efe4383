import { once } from 'socket:events'
import { promisify } from 'socket:util'
import * as childProcess from 'socket:child_process'

export const about = { ChildProcess: 'A program that runs: `pid`, `stdin`, `stdout`, `stderr`, `kill`, and the events `spawn`, `exit`, `close`, `error`.' }

/** Runs a line of the shell, and calls back with what it printed. */
export async function exec () {
  const { stdout } = await promisify(childProcess.exec)('echo hello')
  console.log(stdout.trim()) // → hello
}

/** Runs a program without a shell, and calls back with what it printed. */
export async function execFile () {
  const { stdout } = await promisify(childProcess.execFile)('echo', ['hello'])
  console.log(stdout.trim()) // → hello
}

/** Starts a program; its streams can be used while it runs. */
export async function spawn () {
  const child = childProcess.spawn('cat')
  child.stdout?.on('data', (chunk) => console.log(String(chunk)))
  child.stdin?.end('hello') // → hello
  const [code] = await once(child, 'close')
  console.log(code) // → 0
}

/** Runs a line of the shell and waits for what it prints. */
export function execSync () {
  console.log(childProcess.execSync('echo hello', { encoding: 'utf8' }).trim()) // → hello
}

/** Runs a program without a shell and waits for what it prints. */
export function execFileSync () {
  console.log(childProcess.execFileSync('echo', ['hello'], { encoding: 'utf8' }).trim()) // → hello
}

/** Runs a program and waits for its end. */
export function spawnSync () {
  const { status, stdout } = childProcess.spawnSync('sh', ['-c', 'echo hello; exit 3'])
  console.log(status, String(stdout).trim()) // → 3 hello
}

/** Not there: an app has no Node to run a module with. Use a backend. */
export function fork () {
  try {
    childProcess.fork()
  } catch (error) {
    console.log(/** @type {any} */ (error).code) // → ERR_FEATURE_UNAVAILABLE_ON_PLATFORM
  }
}

/** Both standard streams of a program as one. */
export async function Pipe () {
  const pipe = new childProcess.Pipe(childProcess.spawn('cat'))
  pipe.on('data', (/** @type {any} */ chunk) => console.log(String(chunk)))
  pipe.end('hello') // → hello
  await once(pipe, 'end')
}
