import * as errno from 'socket:errno'

export const about = {
  constants: 'The numbers of the system\'s errors, by name.',
  'E*': 'The number of this error on the system that the app runs on, or undefined.'
}

/** The number of an error, by its name or by a number of either sign. */
export function getCode () {
  console.log(errno.getCode('ENOENT'), errno.getCode(-2)) // → 2 2
}

/**
 * The name of an error.
 * @for getName toString
 */
export function getName () {
  console.log(errno.getName(2), errno.toString(2)) // → ENOENT ENOENT
}
