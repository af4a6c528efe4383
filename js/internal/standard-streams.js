/** Where standard streams lead in a thread of `socket:worker_threads`: to who started it. Elsewhere nothing is here. */

/** @type {{ read: (() => Promise<Uint8Array | null>) | undefined, write: ((stream: 1 | 2, data: Uint8Array | string) => boolean) | undefined }} */
export const standardStreams = {
  /** The next piece of standard input, null at its end. */
  read: undefined,
  /** Takes output: true when nobody else is to write it. */
  write: undefined
}
