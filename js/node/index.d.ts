/** What a listener is called with. */
export interface Message<T = any> {
  /** What the page sent. */
  data: T
  /** The index of the window that sent it, or -1. */
  window: number
}

export interface SendOptions {
  /** The index of a window; without it every window gets the event. */
  window?: number
  /** Its name on the page's global object. */
  event: string
  /** Anything that JSON can say, or bytes. The page gets it as `event.detail`. */
  value?: unknown
}

/** A result that is not undefined answers a page that asked for a reply. */
export type Listener<T = any> = (message: Message<T>) => unknown

export interface Backend<L = Listener> {
  /**
   * Sends an event. Resolves when the app has passed it on, or with an Error when it could not; rejects with a
   * TypeError when the arguments are wrong.
   */
  send (options: SendOptions): Promise<Error | undefined>
  /** Resolves when the app has answered, or with an Error when it did not. */
  heartbeat (): Promise<Error | undefined>
  on (event: string, listener: L): void
  addListener (event: string, listener: L): void
  once (event: string, listener: L): void
  off (event: string, listener: L): void
  removeListener (event: string, listener: L): void
  removeAllListeners (event?: string): void
}

export const send: Backend['send']
export const heartbeat: Backend['heartbeat']
export const on: Backend['on']
export const addListener: Backend['addListener']
export const once: Backend['once']
export const off: Backend['off']
export const removeListener: Backend['removeListener']
export const removeAllListeners: Backend['removeAllListeners']

/** The same for listeners that take the plain value, as older backends do. */
export const plain: Backend<(value: any) => unknown>

declare const socket: Backend & { plain: typeof plain }
export default socket
