import * as signal from 'socket:signal'

export const about = {
  constants: 'The numbers of the system\'s signals, by name.',
  'SIG*': 'The number of this signal on the system that the app runs on, or undefined.'
}

/** The number of a signal, by its name with or without `SIG`. */
export function getCode () {
  console.log(signal.getCode('term')) // → 15
}

/**
 * The name of a signal, by its number.
 * @for getName toString
 */
export function getName () {
  console.log(signal.getName(15), signal.toString(15)) // → SIGTERM SIGTERM
}

/** What a signal says. */
export function getMessage () {
  console.log(signal.getMessage('SIGTERM')) // → Process terminated
}

/**
 * Hears of a signal that the app gets.
 * @for addEventListener removeEventListener
 */
export function listening () {
  const hear = () => console.log('again')
  signal.addEventListener('SIGUSR2', hear)
  signal.removeEventListener('SIGUSR2', hear)
  console.log(signal.getName('SIGUSR2')) // → SIGUSR2
}
