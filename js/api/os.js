/**
 * The machine, as Node's `os`. What changes is asked for when it is wanted; the rest the app knows from its start.
 */
import { Buffer } from 'socket:buffer'
import args from 'socket:internal/args'
import { env } from 'socket:internal/environment'
import { callSync } from 'socket:internal/ipc'
import { constants } from 'socket:internal/os-constants'
import { hrtime as time } from 'socket:internal/time'
import { validateInt32 } from 'socket:internal/validators'

/** @typedef {import('../internal/routes.d.ts').os.Uname} Uname */

const windows = args.platform === 'win32'

/** @type {string} */
export const EOL = args.eol ?? (windows ? '\r\n' : '\n')
export const devNull = windows ? '\\\\.\\nul' : '/dev/null'
export { constants }

/**
 * What a failed question becomes, as in Node.
 *
 * @template T
 * @param {() => T} ask
 * @returns {T}
 */
function checked (ask) {
  try {
    return ask()
  } catch (caught) {
    const error = /** @type {any} */ (caught)
    if (!(error.errno < 0) || !error.syscall) throw error
    const { code, errno, syscall } = error
    const message = error.message.slice(code.length + 2, -(syscall.length + 2))
    const system = new Error(`A system error occurred: ${syscall} returned ${code} (${message})`)
    Object.defineProperty(system, 'name', { value: 'SystemError', configurable: true, writable: true })
    throw Object.assign(system, { code: 'ERR_SYSTEM_ERROR', info: { errno, code, message, syscall }, errno, syscall })
  }
}

/** @type {Uname | undefined} */
let names

function facts () {
  return (names ??= checked(() => callSync('os.uname')))
}

/** In a template a function without arguments reads as its value, as in Node. @template {() => string | number} F @param {F} ask @returns {F} */
function readable (ask) {
  return Object.assign(ask, { [Symbol.toPrimitive]: () => ask() })
}

export const arch = readable(function arch () {
  return args.arch
})

export const availableMemory = readable(function availableMemory () {
  return checked(() => callSync('os.availableMemory'))
})

export const availableParallelism = readable(function availableParallelism () {
  return callSync('os.availableParallelism')
})

export function cpus () {
  return checked(() => callSync('os.cpus'))
}

const LITTLE = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

export const endianness = readable(function endianness () {
  return LITTLE ? 'LE' : 'BE'
})

export const freemem = readable(function freemem () {
  return checked(() => callSync('os.freemem'))
})

/** @param {number} [pid] this process when it is missing */
export function getPriority (pid = 0) {
  validateInt32(pid, 'pid')
  return checked(() => callSync('os.getPriority', { pid }))
}

export const homedir = readable(function homedir () {
  return env[windows ? 'USERPROFILE' : 'HOME'] || args.home
})

const HOSTS = new Map([['linux', 'linux'], ['darwin', 'macosx'], ['win32', 'win32'], ['android', 'android'], ['ios', 'iphoneos']])

/** The operating system as builds name it. */
export function host () {
  return HOSTS.get(args.platform) ?? 'unknown'
}

export const hostname = readable(function hostname () {
  return args.hostname
})

/** Nanoseconds since some moment that stays the same. */
export function hrtime () {
  return time.bigint()
}

export function isWindows () {
  return windows
}

export function loadavg () {
  return checked(() => callSync('os.loadavg'))
}

export const machine = readable(function machine () {
  return facts().machine
})

/** @returns {Record<string, { address: string, netmask: string, family: string, mac: string, internal: boolean, cidr: string | null, scopeid?: number }[]>} */
export function networkInterfaces () {
  /** @type {Record<string, any[]>} */
  const interfaces = {}
  for (const { name, scopeid, ...entry } of checked(() => callSync('os.networkInterfaces'))) {
    (interfaces[name] ??= []).push(scopeid === null ? entry : { ...entry, scopeid })
  }
  return interfaces
}

export const platform = readable(function platform () {
  return args.platform
})

export const release = readable(function release () {
  return facts().release
})

/** What the app has used of the system, with the names of `process.resourceUsage`. */
export function rusage () {
  return callSync('os.rusage')
}

/** @param {number} pid or the priority of this process @param {number} [priority] */
export function setPriority (pid, priority = undefined) {
  if (priority === undefined) [pid, priority] = [0, pid]
  validateInt32(pid, 'pid')
  validateInt32(priority, 'priority', -20, 19)
  checked(() => callSync('os.setPriority', { pid, priority: /** @type {number} */ (priority) }))
}

export const tmpdir = readable(function tmpdir () {
  if (windows) {
    const path = env.TEMP || env.TMP || `${env.SystemRoot || env.windir}\\temp`
    return path.length > 1 && path.endsWith('\\') && !path.endsWith(':\\') ? path.slice(0, -1) : path
  }
  const path = env.TMPDIR || env.TMP || env.TEMP || args.tmpdir || '/tmp'
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
})

export const totalmem = readable(function totalmem () {
  return checked(() => callSync('os.totalmem'))
})

export const type = readable(function type () {
  return facts().sysname
})

/** All names and versions in a line, as `uname -a` prints them. */
export function uname () {
  const { sysname, nodename, release, version, machine } = facts()
  return [sysname, nodename, release, version, machine].join(' ')
}

export const uptime = readable(function uptime () {
  return checked(() => callSync('os.uptime'))
})

/** @param {{ encoding?: string }} [options] 'buffer': names come as Buffers @returns {{ uid: number, gid: number, username: any, homedir: any, shell: any }} */
export function userInfo (options = undefined) {
  const { uid, gid, body } = checked(() => callSync('os.userInfo'))
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const encoding = options?.encoding
  let at = 0
  const [username, homedir, shell] = [0, 0, 0].map(() => {
    const end = bytes.indexOf(0, at)
    const text = bytes.subarray(at, end)
    at = end + 1
    return encoding === 'buffer' ? text : text.toString(Buffer.isEncoding(/** @type {any} */ (encoding)) ? /** @type {any} */ (encoding) : 'utf8')
  })
  // Users of Windows have none.
  return { uid, gid, username, homedir, shell: windows ? null : shell }
}

export const version = readable(function version () {
  return facts().version
})

export * as default from 'socket:os'
