import os from 'socket:os'

export const about = {
  EOL: 'What ends a line of text: `\\n`, or `\\r\\n` on Windows.',
  devNull: 'The path of the file that swallows everything.',
  constants: 'Numbers by name: `signals`, `errno`, `priority`, `dlopen`, `UV_UDP_REUSEADDR`.',
  Uname: 'Names and versions of the system.'
}

/** The processor that the app was built for: `x64`, `arm64` and so on. */
export function arch () {
  console.log(os.arch() === process.arch) // → true
}

/** Bytes of memory that programs may still have. */
export function availableMemory () {
  console.log(os.availableMemory() > 0) // → true
}

/** How many threads are worth starting. */
export function availableParallelism () {
  console.log(os.availableParallelism() >= 1) // → true
}

/** The processors: model, speed in MHz, and milliseconds spent on what. */
export function cpus () {
  const [first] = os.cpus()
  console.log(Object.keys(first).sort()) // → [ 'model', 'speed', 'times' ]
}

/** The order of bytes in numbers: `LE` or `BE`. */
export function endianness () {
  console.log(['LE', 'BE'].includes(os.endianness())) // → true
}

/** Bytes of memory that nothing uses. */
export function freemem () {
  console.log(os.freemem() < os.totalmem()) // → true
}

/** How much other processes count before one; -20 is the most important. */
export function getPriority () {
  console.log(Number.isInteger(os.getPriority())) // → true
}

/** Sets the priority of a process, or of the app's own. */
export function setPriority () {
  os.setPriority(os.getPriority())
  console.log(os.getPriority() >= -20) // → true
}

/** The user's own folder. */
export function homedir () {
  console.log(typeof os.homedir()) // → string
}

/** The operating system, by the name that builds have for it. */
export function host () {
  console.log(typeof os.host()) // → string
}

/** The name of this machine. */
export function hostname () {
  console.log(os.hostname() !== '') // → true
}

/** Nanoseconds since a moment that stays the same, as a bigint. */
export function hrtime () {
  const begin = os.hrtime()
  console.log(os.hrtime() >= begin) // → true
}

/** Whether the system is Windows. */
export function isWindows () {
  console.log(os.isWindows() === (os.platform() === 'win32')) // → true
}

/** How many processes wanted a processor in the last 1, 5 and 15 minutes; zeros on Windows. */
export function loadavg () {
  console.log(os.loadavg().length) // → 3
}

/** What the system calls its processor: `x86_64`, `arm64` and so on. */
export function machine () {
  console.log(os.machine() !== '') // → true
}

/** The addresses of this machine, by interface. */
export function networkInterfaces () {
  const all = Object.values(os.networkInterfaces()).flat()
  console.log(all.every(({ address, family }) => address !== '' && /^IPv[46]$/.test(family))) // → true
}

/** The system: `linux`, `darwin`, `win32`. */
export function platform () {
  console.log(['linux', 'darwin', 'win32', 'android', 'ios'].includes(os.platform())) // → true
}

/** The version of the system's kernel. */
export function release () {
  console.log(os.release() !== '') // → true
}

/** What the app has used of the system, as `process.resourceUsage()` names it. */
export function rusage () {
  console.log(os.rusage().userCPUTime >= 0) // → true
}

/** The folder for files that need not stay. */
export function tmpdir () {
  console.log(os.tmpdir().endsWith('/')) // → false
}

/** Bytes of memory that the machine has. */
export function totalmem () {
  console.log(os.totalmem() > 0) // → true
}

/** The name that the system gives itself: `Linux`, `Darwin`, `Windows_NT`. */
export function type () {
  console.log(os.type() !== '') // → true
}

/** Names and versions in one line, as `uname -a` prints them. */
export function uname () {
  console.log(os.uname().includes(os.release())) // → true
}

/** Seconds since the system began. */
export function uptime () {
  console.log(os.uptime() > 0) // → true
}

/** The user: `uid`, `gid`, `username`, `homedir`, `shell`. */
export function userInfo () {
  console.log(os.userInfo().username !== '') // → true
}

/** What the system says of its version, in words. */
export function version () {
  console.log(typeof os.version()) // → string
}
