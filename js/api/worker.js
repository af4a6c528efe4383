/**
 * The engine's Worker.
 */
export const { Worker } = globalThis

export default Worker
