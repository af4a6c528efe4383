/**
 * Node's `stream/promises`.
 */
import stream from 'socket:stream'

export const { finished, pipeline } = stream.promises
export default { finished, pipeline }
