import process from 'socket:process'

export const about = {
  arch: 'The processor that the app was built for.',
  argv: 'The arguments that the app was started with.',
  argv0: 'The name that the app was started by.',
  config: 'socket.ini, flattened: `config.build_name`.',
  env: 'The environment. Changes stay in this page.',
  execArgv: 'Empty: arguments for Node itself.',
  execPath: 'The path of the app\'s executable.',
  features: 'What there is, by name.',
  pid: 'The number of the app\'s process.',
  platform: 'The system: `linux`, `darwin`, `win32`.',
  ppid: 'The number of the process that started the app.',
  release: 'The name of the runtime.',
  stderr: 'A stream to the standard error of the app.',
  stdout: 'A stream to the standard output of the app.',
  title: 'The title of the app.',
  version: 'The version of the runtime, with a `v`.',
  Config: 'Values of socket.ini by section and key.'
}

/** Microseconds that the app has spent on the processors. */
export function cpuUsage () {
  const before = process.cpuUsage()
  console.log(process.cpuUsage(before).user >= 0) // → true
}

/** The folder that relative paths begin in. */
export function cwd () {
  console.log(typeof process.cwd()) // → string
}

/** Shows a warning on standard error, and emits `warning`. */
export async function emitWarning () {
  const heard = new Promise((resolve) => process.once('warning', resolve))
  process.emitWarning('the disk is nearly full')
  console.log((await heard).message) // → the disk is nearly full
}

/** Ends the app, and emits `exit` before. */
export function exit () {
  const later = () => process.exit(0)
  console.log(typeof later) // → function
}

/** The user's own folder. */
export function homedir () {
  console.log(typeof process.homedir()) // → string
}

/** Bytes of memory: of the process, and of the engine's heap where it tells. */
export function memoryUsage () {
  console.log(process.memoryUsage().rss > 0) // → true
}

/** Calls back when the code that runs now is done, before promises and timers. */
export async function nextTick () {
  process.nextTick((/** @type {string} */ name) => console.log(name), 'later')
  console.log('first') // → first
  await null // → later
}

/** What the app has used of the system since it began. */
export function resourceUsage () {
  console.log(process.resourceUsage().userCPUTime >= 0) // → true
}

/** Seconds since this page began. */
export function uptime () {
  console.log(process.uptime() > 0) // → true
}

/** Seconds and nanoseconds since a moment that stays the same, or since an earlier answer; `hrtime.bigint()` in one number. */
export function hrtime () {
  const begin = process.hrtime()
  const [seconds] = process.hrtime(begin)
  console.log(seconds, typeof process.hrtime.bigint()) // → 0 bigint
}

/** Bytes of memory that programs may still have. */
export function availableMemory () {
  console.log(process.availableMemory() > 0) // → true
}

/** Bytes of memory that the app may have, by a limit of the system; 0 when there is none. */
export function constrainedMemory () {
  console.log(process.constrainedMemory() >= 0) // → true
}

/**
 * Errors that nobody caught go to one function. Without one, `process.on('uncaughtException')` and `'unhandledRejection'` hear them.
 * @for setUncaughtExceptionCaptureCallback hasUncaughtExceptionCaptureCallback
 */
export function capturing () {
  process.setUncaughtExceptionCaptureCallback((/** @type {Error} */ error) => console.error(error.message))
  console.log(process.hasUncaughtExceptionCaptureCallback()) // → true
  process.setUncaughtExceptionCaptureCallback(null)
}

/** Reads a file of lines like `NAME=value` into the environment. */
export function loadEnvFile () {
  try {
    process.loadEnvFile('/there/is/no/.env')
  } catch (error) {
    console.log(/** @type {any} */ (error).code) // → ENOENT
  }
}

/** Ends the app at once, and says that something is broken. */
export function abort () {
  console.log(typeof process.abort) // → function
}

/** Sends a signal to a process; 0 only asks whether it is there. */
export function kill () {
  console.log(process.kill(process.pid, 0)) // → true
}

/** The permissions that new files do not get. */
export function umask () {
  console.log(process.umask() >= 0) // → true
}
