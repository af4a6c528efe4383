import * as worker from 'socket:service-worker'

export const about = {
  Environment: 'Values that the pages and workers of an app share and that stay: `Environment.open({ scope })`, then `context`.',
  FetchEventOptions: 'What a `FetchEvent` is made of: at least `request`.'
}

/** @app */
export async function env () {
  const environment = await worker.env.open({ scope: '/counter' })
  environment.context.count = 1
  await environment.saved()
  console.log(environment.context.count) // → 1
  await environment.reset()
}

/** @for FetchEvent Context */
export async function answering () {
  const target = new EventTarget()
  target.addEventListener('fetch', (event) => {
    const request = /** @type {InstanceType<typeof worker.FetchEvent>} */ (event)
    const context = new worker.Context(request)
    context.waitUntil(Promise.resolve())
    request.respondWith(new Response('hello'))
  })
  const event = new worker.FetchEvent('fetch', { request: new Request('http://127.0.0.1/') })
  target.dispatchEvent(event)
  console.log(await (await event.response())?.text()) // → hello
}

export async function ExtendableEvent () {
  const target = new EventTarget()
  target.addEventListener('install', (event) => /** @type {any} */ (event).waitUntil(Promise.resolve()))
  const event = new worker.ExtendableEvent('install')
  target.dispatchEvent(event)
  await event.awaiting()
  console.log(event.pendingPromiseCount) // → 0
}
