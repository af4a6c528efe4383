import { Conduit, pool } from 'socket:conduit'

export const about = {
  ConduitOptions: 'Whose events are wanted, and which.',
  ReceiveMessage: 'A message: its fields, and its bytes.'
}

/**
 * A message names a route, and who listens hears the answer.
 * @for Conduit
 */
export async function messages () {
  const conduit = new Conduit({ id: 'mine' })
  conduit.receive((error, message) => console.log(error, message?.options.route))
  const { options } = await conduit.send({ route: 'os.totalmem' }) // → null os.totalmem
  console.log(options.value > 0, pool.has('mine')) // → true true
  conduit.close()
}
