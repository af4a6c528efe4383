import backend from 'socket:backend'

export const about = {
  Opened: 'The command, its arguments, and the directory it was started in.',
  Format: 'What a value is: nothing, JSON, or bytes.'
}

/**
 * Starts the backend, sends it an event, asks it something, hears it, and ends it.
 * @for open request send listen close
 */
export async function talking () {
  await backend.open({ force: true })
  await backend.listen()
  await backend.send({ event: 'echo', value: 'hello' })
  console.log(await backend.request({ event: 'add', value: { a: 1, b: 2 } })) // → 3
  await backend.close()
}
