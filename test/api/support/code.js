/** The code of the error that a call throws or rejects with; "none" without one. @param {Promise<unknown> | (() => unknown)} work */
export async function code (work) {
  try {
    await (typeof work === 'function' ? work() : work)
    return 'none'
  } catch (error) {
    return /** @type {any} */ (error).code
  }
}
