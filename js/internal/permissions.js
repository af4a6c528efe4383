/**
 * `navigator.permissions.request`: asks for a permission by using what it permits, which is how the web asks.
 */
import { ERR_INVALID_ARG_TYPE } from 'socket:internal/errors'

/** @type {Record<string, () => Promise<unknown>>} */
const ASKS = {
  geolocation: () => new Promise((resolve) => {
    // Where the system is slow to find out, it has at least been asked.
    navigator.geolocation.getCurrentPosition(resolve, resolve, { timeout: 10_000 })
  }),
  notifications: async () => (await import('socket:internal/notification/show')).request(),
  camera: () => use({ video: true }),
  microphone: () => use({ audio: true })
}

/** @param {MediaStreamConstraints} what */
async function use (what) {
  const stream = await navigator.mediaDevices.getUserMedia(what)
  for (const track of stream.getTracks()) track.stop()
}

/**
 * Asks for a permission; what came of it is the answer.
 *
 * @param {{ name: string }} descriptor
 * @returns {Promise<PermissionStatus>}
 */
export async function requestPermission (descriptor) {
  if (typeof descriptor?.name !== 'string') throw new ERR_INVALID_ARG_TYPE('descriptor.name', 'string', descriptor?.name)
  // Whatever it was that did not work: the state below says whether it was the permission.
  await ASKS[descriptor.name]?.().catch(() => {})
  return await navigator.permissions.query(/** @type {any} */ (descriptor))
}
