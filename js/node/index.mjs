import socket from './index.cjs'

export const { send, heartbeat, on, addListener, once, off, removeListener, removeAllListeners, plain } = socket
export default socket
