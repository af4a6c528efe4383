import * as notification from 'socket:notification'

export const about = {
  Action: 'A button of a notification.',
  NOTIFICATION_PRESENTED_EVENT: 'The page as a whole hears this when a notification is on the screen.',
  NOTIFICATION_RESPONSE_EVENT: 'The page as a whole hears this when somebody clicked a notification or a button of it.',
  Notification: 'A message to the user, shown by the desktop, as on the web.',
  NotificationAction: 'A button of a notification.',
  NotificationDirection: 'Directions of text: `auto`, `ltr`, `rtl`.',
  NotificationOptions: 'What a notification is made with.',
  NotificationPermission: 'What may become of a question for permission: `granted`, `denied`, `default`.',
  Options: 'What a notification is made with.',
  request: 'Asks the user, where the system does that.'
}

/**
 * Shows a message with two buttons, and hears which one was pressed. Where the desktop shows no messages, the error says so.
 * @for showNotification
 */
export async function asking () {
  const actions = [{ action: 'join', title: 'Join' }, { action: 'later', title: 'Later' }]
  const shown = await notification.showNotification('The meeting begins', { body: 'Room 4', tag: 'meeting', actions })
  shown.onclick = (/** @type {any} */ event) => console.log(event.action)
  console.log(shown.title, shown.tag) // → The meeting begins meeting
}

/** @for Notification */
export async function classic () {
  const shown = new notification.Notification('It rains')
  await new Promise((resolve) => { shown.onshow = resolve })
  console.log(notification.Notification.permission) // → granted
  shown.close()
}

/**
 * Whether messages are shown, and the question for it.
 * @for permission requestPermission
 */
export async function permission () {
  console.log(await notification.permission()) // → granted
  console.log(await notification.requestPermission()) // → granted
}

/** @for NotificationOptions NotificationAction NotificationDirection NotificationPermission */
export function options () {
  const action = new notification.NotificationAction({ action: 'a', title: 'A' })
  const { dir, actions } = new notification.NotificationOptions({ actions: [action] })
  console.log(dir, actions[0].title) // → auto A
  console.log([...notification.NotificationDirection].join()) // → auto,ltr,rtl
  console.log([...notification.NotificationPermission].join()) // → granted,denied,default
}
