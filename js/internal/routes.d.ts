// Made from the route tables in native/api by its contract test: `cargo test -p socket-api`. Do not edit.

/** A head with bytes beside it. */
export type WithBody<T> = T & { body: Uint8Array }

export namespace application {
  export type Exit = {
    /** What the shell sees: 0 to 255. */
    code: number
  }
  export type Screen = {
    /** Logical pixels. */
    width: number,
    /** Logical pixels. */
    height: number,
    /** Physical pixels in a logical one. */
    scaleFactor: number
  }
  export interface Routes {
    /** Extent of the screen that the first window is on. */
    'application.screen': { request: null, response: Screen }
    /** Ends the app with an exit code. */
    'application.exit': { request: Exit, response: null }
  }
}

export namespace console {
  export type Output = {
    /** 1: standard output; 2: standard error. */
    stream: number
  }
  export interface Routes {
    /** Writes text to the app's standard output (stream 1) or standard error (stream 2). */
    'console.write': { request: WithBody<Output>, response: null }
  }
}

export namespace ipc {
  export type Batch = {
    /** Events in the body, each a length (u32, little endian) and a frame whose head is `{ event, data }`. */
    count: number,
    /** Events dropped since the last poll. */
    dropped: number
  }
  export type Cancel = {
    /** Number of the call, as in its own `seq`. */
    number: number
  }
  export interface Routes {
    /** Waits for events of the calling realm and brings a batch of them. */
    'ipc.events': { request: null, response: WithBody<Batch> }
    /** Ends a call of the calling realm early. */
    'ipc.cancel': { request: Cancel, response: null }
  }
}

export namespace window {
  export type Close = {
    /** Which window. */
    index: number
  }
  export type Closed = {
    /** Which one. */
    index: number
  }
  export type Length = number | string
  export type List = {
    /** Which window; all when it is missing. */
    index?: number
  }
  export type Open = {
    /** Page to show. */
    url: string,
    /** Everything else. */
    options: WindowOptions
  }
  export type Send = {
    /** Which window; all when it is missing. */
    index?: number,
    /** Name of the event. */
    event: string,
    /** What it carries. */
    value: unknown
  }
  export type Update = {
    /** Which window. */
    index: number,
    /** Page to show instead; empty: none. */
    url: string,
    /** What to change. */
    options: WindowOptions
  }
  export type WindowMessage = {
    /** Window that sent it. */
    from: number,
    /** Name of the event. */
    event: string,
    /** What it carries. */
    value: unknown
  }
  export type WindowOptions = {
    /** Number of the window; the lowest free one when it is missing. */
    index?: number,
    /** Page: a path in the app's resources or an address of the app's origin. */
    url?: string,
    /** Text of the title bar. */
    title?: string,
    /** Width of the page. */
    width?: Length,
    /** Height of the page. */
    height?: Length,
    /** Smallest width. */
    minWidth?: Length,
    /** Smallest height. */
    minHeight?: Length,
    /** Largest width. */
    maxWidth?: Length,
    /** Largest height. */
    maxHeight?: Length,
    /** Left edge on the screen, in logical pixels. */
    x?: number,
    /** Top edge on the screen, in logical pixels. */
    y?: number,
    /** Whether it is on screen. */
    visible?: boolean,
    /** Whether people can change its size. */
    resizable?: boolean,
    /** Without title bar and borders. */
    frameless?: boolean,
    /** Kept out of the task bar where the desktop can do that. */
    utility?: boolean,
    /** Above all others. */
    alwaysOnTop?: boolean,
    /** Whether it fills the screen. */
    fullscreen?: boolean,
    /** Whether it fills the work area. */
    maximized?: boolean,
    /** Whether it is in the task bar only. */
    minimized?: boolean,
    /** Whether it has the keyboard. */
    focused?: boolean,
    /** Colour behind the page: red, green, blue (0 to 255) and alpha (0 to 1). */
    backgroundColor?: [number, number, number, number],
    /** Whether the web inspector is open (development builds). */
    inspector?: boolean
  }
  export type WindowState = {
    /** Number of the window. */
    index: number,
    /** Text of the title bar. */
    title: string,
    /** Width of the page, logical pixels. */
    width: number,
    /** Height of the page, logical pixels. */
    height: number,
    /** Left edge on the screen, logical pixels. */
    x: number,
    /** Top edge on the screen, logical pixels. */
    y: number,
    /** Whether it is on screen. */
    visible: boolean,
    /** Whether it has the keyboard. */
    focused: boolean,
    /** Whether it fills the screen. */
    fullscreen: boolean,
    /** Whether it fills the work area. */
    maximized: boolean,
    /** Whether it is in the task bar only. */
    minimized: boolean,
    /** Address of the page. */
    url: string,
    /** See `socket:window/constants`. */
    status: number
  }
  export interface Routes {
    /** Opens a window. */
    'window.open': { request: Open, response: WindowState }
    /** Changes a window: only the options that are given. A URL navigates. */
    'window.update': { request: Update, response: WindowState }
    /** State of one window, or of all that are open. */
    'window.list': { request: List, response: Array<WindowState> }
    /** Closes a window. */
    'window.close': { request: Close, response: null }
    /** Hands an event to the pages of one window, or of all. */
    'window.send': { request: Send, response: null }
  }
  export interface Events {
    /** Another window sent something. */
    'window.message': WindowMessage
    /** Size, place, title or visibility of a window changed; only the newest state counts. */
    'window.changed': WindowState
    /** A window closed. */
    'window.closed': Closed
  }
}

export interface Routes extends application.Routes, console.Routes, ipc.Routes, window.Routes {}

export interface Events extends window.Events {}
