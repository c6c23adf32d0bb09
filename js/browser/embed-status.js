// @ts-check
/** @typedef {import('../../embed.js').EmbedStatus} EmbedStatus */

/** What an embedding tells of its plugin, and who listens. */
export class Statuses {
  /** @type {Set<(status: EmbedStatus) => unknown>} */
  #listeners = new Set()
  /** @type {EmbedStatus} */
  current = { state: 'loading', reason: 'loading', message: 'the plugin\'s page is loading' }

  /**
   * @param {EmbedStatus['state']} state @param {EmbedStatus['reason']} reason @param {string} message
   * @param {string} [code] the error that the plugin gets
   */
  set(state, reason, message, code) {
    if (this.current.state === state && this.current.reason === reason && this.current.message === message) return
    this.current = code === undefined ? { state, reason, message } : { state, reason, message, code }
    for (const listener of [...this.#listeners]) {
      try {
        listener(this.current)
      } catch (error) {
        // Reported as the page's own, and no reason to stop a link.
        queueMicrotask(() => { throw error })
      }
    }
  }

  /** @param {string} event @param {(status: EmbedStatus) => unknown} listener @returns {() => void} */
  on(event, listener) {
    if (event !== 'state') throw new TypeError(`an embedding has one event, "state", and no "${event}"`)
    if (typeof listener !== 'function') throw new TypeError('the listener must be a function')
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  silence() {
    this.#listeners.clear()
  }
}
