/**
 * Bytes, as Node's `buffer`.
 */
import { Buffer, INSPECT_MAX_BYTES, kMaxLength, SlowBuffer } from 'buffer'

export { Buffer, INSPECT_MAX_BYTES, kMaxLength, SlowBuffer }
export default { Buffer, INSPECT_MAX_BYTES, kMaxLength, SlowBuffer }
