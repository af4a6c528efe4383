import * as diagnostics from 'socket:diagnostics'

/** The channel of a name. */
export function channel () {
  console.log(diagnostics.channel('app.saved').name) // → app.saved
}
