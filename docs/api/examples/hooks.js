import hooks from 'socket:hooks'

export const about = {
  Hooks: 'Who calls back; the default export is the one of this page.',
  InitEvent: 'Native code is there.',
  LoadEvent: 'The page has loaded all that it names.',
  ReadyEvent: 'The document can be worked with.',
  RuntimeInitEvent: 'The runtime has begun.',
  Callback: 'What is called back, with the event.'
}

/**
 * Calls back once, even when it has happened already: when native code is there, the document can be worked with, and
 * the page is loaded.
 * @for onInit onReady onLoad
 */
export async function moments () {
  for (const on of [hooks.onInit, hooks.onReady, hooks.onLoad]) {
    const event = await new Promise((resolve) => on.call(hooks, resolve))
    console.log(event.type) // → init
  } // → ready
  // → load
}

/**
 * Calls back for each event: an error that nobody caught, a message, the network that comes or goes, another language or
 * permission, a notification, an address that the app is asked to open. Gives back what takes the callback away.
 * @for onError onData onMessage onOnline onOffline onLanguageChange onPermissionChange onNotificationResponse
 *   onNotificationPresented onApplicationURL
 */
export function events () {
  const stops = [
    hooks.onError((event) => console.log(event.message)),
    hooks.onData((event) => console.log(event.detail)),
    hooks.onMessage((event) => console.log(event.data)),
    hooks.onOnline(() => console.log('online')),
    hooks.onOffline(() => console.log('offline')),
    hooks.onLanguageChange(() => console.log(navigator.language)),
    hooks.onPermissionChange((event) => console.log(event.detail)),
    hooks.onNotificationResponse((event) => console.log(event.detail)),
    hooks.onNotificationPresented((event) => console.log(event.detail)),
    hooks.onApplicationURL((event) => console.log(event.url))
  ]
  for (const stop of stops) stop()
  console.log(stops.length) // → 10
}
