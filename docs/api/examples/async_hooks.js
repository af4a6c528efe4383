import hooks from 'socket:async_hooks'

export const about = {
  AsyncLocalStorage: 'A value that is there for all that follows from a call, over promises and timers.',
  AsyncResource: 'What callbacks belong to: they run in the context in which it was made.',
  HookName: 'What hooks hear of.'
}

/** @for AsyncLocalStorage */
export async function storage () {
  const user = new hooks.AsyncLocalStorage()
  await user.run('Ada', () => Promise.resolve().then(() => {
    console.log(user.getStore()) // → Ada
  }))
}

/** Functions that hear of AsyncResources: `init`, `before`, `after`, `destroy`. */
export function createHook () {
  const hook = hooks.createHook({ init: (_id, type) => console.log(type) }).enable()
  const resource = new hooks.AsyncResource('EXAMPLE') // → EXAMPLE
  hook.disable()
  resource.emitDestroy()
}

/**
 * The number of what runs, and of what it follows from.
 * @for executionAsyncId triggerAsyncId
 */
export function ids () {
  console.log(typeof hooks.executionAsyncId(), typeof hooks.triggerAsyncId()) // → number number
}

/** The AsyncResource that runs, or an empty object. */
export function executionAsyncResource () {
  const resource = new hooks.AsyncResource('EXAMPLE')
  resource.runInAsyncScope(() => console.log(hooks.executionAsyncResource() === resource)) // → true
}
