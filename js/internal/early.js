/**
 * What native code tells of an object that the caller has not got yet.
 */

/**
 * Keeps events until their receiver is there, and hands them on in their order.
 *
 * @template Event
 */
export class Early {
  /** @type {Event[]} */ #events = []
  /** @type {((event: Event) => void) | undefined} */ #receive

  /** @param {Event} event */
  hear (event) {
    if (this.#receive !== undefined) this.#receive(event)
    else this.#events.push(event)
  }

  /**
   * To be called when the object is given to the caller. It receives in a task of its own: microtasks would not do, since the
   * caller may await the object through functions of its own, and listens only then.
   *
   * @param {(event: Event) => void} receive
   */
  give (receive) {
    setTimeout(() => {
      this.#receive = receive
      for (const event of this.#events.splice(0)) receive(event)
    })
  }
}
