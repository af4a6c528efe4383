import * as handlers from 'socket:protocol-handlers'

/** Nobody answers where no service worker is registered. @app */
export async function getServiceWorker () {
  console.log(await handlers.getServiceWorker('myapp:')) // → null
}
