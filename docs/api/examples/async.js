import { AsyncContext } from 'socket:async'

export const about = { AsyncContext: 'Variables that belong to work which goes on later: the proposal of that name.' }

/** @for AsyncContext */
export async function variable () {
  const user = new AsyncContext.Variable({ defaultValue: 'nobody' })
  await user.run('Ada', () => Promise.resolve().then(() => console.log(user.get()))) // → Ada
  console.log(user.get()) // → nobody
}
