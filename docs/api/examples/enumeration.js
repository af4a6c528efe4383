import { Enumeration } from 'socket:enumeration'

export const about = { Enumeration: 'A set of names with a number each, which cannot be changed.' }

/** @for Enumeration */
export function names () {
  const states = new Enumeration(['OPEN', 'CLOSED'])
  console.log(states.value('CLOSED'), states.at(0), states.contains('OPEN')) // → 1 OPEN true
}
