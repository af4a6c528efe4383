/**
 * The numbers of the system's signals, those of the platform the app runs on. One that it does not have is undefined.
 */
import { ERR_UNKNOWN_SIGNAL } from 'socket:internal/errors'
import { constants as all } from 'socket:internal/os-constants'
import process from 'socket:process'

export const constants = all.signals

export const {
  SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGIOT, SIGBUS, SIGFPE, SIGKILL, SIGUSR1, SIGSEGV, SIGUSR2,
  SIGPIPE, SIGALRM, SIGTERM, SIGCHLD, SIGSTKFLT, SIGCONT, SIGSTOP, SIGTSTP, SIGBREAK, SIGTTIN, SIGTTOU, SIGURG,
  SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGWINCH, SIGIO, SIGPOLL, SIGPWR, SIGINFO, SIGSYS
} = constants

/** What each says. @type {Readonly<Record<string, string>>} */
export const strings = Object.freeze({
  SIGHUP: 'Terminal hung up',
  SIGINT: 'Terminal interrupted',
  SIGQUIT: 'Terminal quit',
  SIGILL: 'Illegal instruction',
  SIGTRAP: 'Trace or breakpoint trap',
  SIGABRT: 'Process aborted',
  SIGIOT: 'Process aborted',
  SIGBUS: 'Access to undefined memory',
  SIGFPE: 'Erroneous arithmetic operation',
  SIGKILL: 'Process killed',
  SIGUSR1: 'User-defined signal 1',
  SIGSEGV: 'Invalid memory reference',
  SIGUSR2: 'User-defined signal 2',
  SIGPIPE: 'Write to a pipe that nobody reads',
  SIGALRM: 'Alarm clock',
  SIGTERM: 'Process terminated',
  SIGCHLD: 'Child process ended, stopped or continued',
  SIGSTKFLT: 'Stack fault of a coprocessor',
  SIGCONT: 'Process continued',
  SIGSTOP: 'Process stopped',
  SIGTSTP: 'Process stopped from the terminal',
  SIGBREAK: 'Break from the terminal',
  SIGTTIN: 'Background process reads from the terminal',
  SIGTTOU: 'Background process writes to the terminal',
  SIGURG: 'Urgent data at a socket',
  SIGXCPU: 'Processor time limit exceeded',
  SIGXFSZ: 'File size limit exceeded',
  SIGVTALRM: 'Virtual timer expired',
  SIGPROF: 'Profiling timer expired',
  SIGWINCH: 'Terminal changed its size',
  SIGIO: 'Input or output is possible',
  SIGPOLL: 'Input or output is possible',
  SIGPWR: 'Power fails',
  SIGINFO: 'Status asked for from the terminal',
  SIGSYS: 'Bad system call'
})

/** The names by number, the usual one where two share a number. */
const byNumber = new Map(Object.entries(constants).reverse().map(([name, code]) => [code, name]))

/** @param {string | number} signal a name, in any case and with or without SIG, or a number @returns {number | undefined} */
export function getCode (signal) {
  if (typeof signal === 'number') return byNumber.has(signal) ? signal : undefined
  const name = String(signal).toUpperCase()
  return constants[name.startsWith('SIG') ? name : `SIG${name}`]
}

/** @param {string | number} signal @returns {string | undefined} */
export function getName (signal) {
  return byNumber.get(getCode(signal) ?? NaN)
}

/** @param {string | number} signal @returns {string | undefined} */
export function getMessage (signal) {
  return strings[getName(signal) ?? '']
}

export { getName as toString }

/** Where signals of the app are events: `addEventListener('SIGINT', …)`. */
export const channel = new EventTarget()

/** Who listens to each signal, and how the process tells. @type {Map<string, { listeners: Set<any>, forward: () => void }>} */
const heard = new Map()

/** A signal is an event while somebody listens. @param {string | number} signal @param {any} listener @param {any} [options] */
export function addEventListener (signal, listener, options = undefined) {
  const name = getName(signal)
  if (name === undefined) throw new ERR_UNKNOWN_SIGNAL(signal)
  if (!heard.has(name)) {
    const forward = () => { channel.dispatchEvent(Object.assign(new Event(name), { signal: name, code: constants[name] })) }
    process.on(name, forward)
    heard.set(name, { listeners: new Set(), forward })
  }
  heard.get(name)?.listeners.add(listener)
  channel.addEventListener(name, listener, options)
  // After the listener itself, which may hear it once alone.
  if (options?.once) channel.addEventListener(name, () => removeEventListener(name, listener), { once: true })
}

/** @param {string | number} signal @param {any} listener @param {any} [options] */
export function removeEventListener (signal, listener, options = undefined) {
  const name = getName(signal)
  const entry = heard.get(name ?? '')
  if (name === undefined || entry === undefined) return
  channel.removeEventListener(name, listener, options)
  entry.listeners.delete(listener)
  if (entry.listeners.size > 0) return
  heard.delete(name)
  process.removeListener(name, entry.forward)
}

/** @type {Record<string, any>} */
const everything = { ...constants, constants, strings, getCode, getName, getMessage, toString: getName, channel, addEventListener, removeEventListener }

export default everything
