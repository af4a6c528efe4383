/** The event of a link that opens the app. Part of the preload. */

/** `applicationurl` on the global object: the app was opened with a link of its own scheme. */
export class ApplicationURLEvent extends Event {
  #source
  /** @type {URL | null} */
  #url = null

  /**
   * @param {string} [type]
   * @param {EventInit & { url?: string | URL | null }} [options] `url`: the link as it came
   */
  constructor (type = 'applicationurl', { url, ...options } = {}) {
    super(type, options)
    this.#source = url === undefined || url === null ? '' : String(url)
    try {
      this.#url = new URL(this.#source)
    } catch {
      // Whoever opened the app wrote it, and it need not be one.
    }
  }

  /** The link, or null where it is no URL. */
  get url () { return this.#url }

  /** The link as it came. */
  get source () { return this.#source }

  /** What the link says behind its scheme, as it came. */
  get data () { return this.#source.replace(/^[^:]*:(\/\/)?/, '') }

  /** Whether the link is a URL. */
  get isValid () { return this.#url !== null }

  get [Symbol.toStringTag] () { return 'ApplicationURLEvent' }
}
