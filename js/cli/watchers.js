// Waiting until something holds that only events can change.

export class Watchers {
  /** @type {Set<() => void>} */
  #watchers = new Set()

  /** Something happened. */
  look() {
    for (const look of [...this.#watchers]) look()
  }

  /**
   * Resolves with true as soon as `condition` holds, or with false after `withinMs` or when `signal` fires.
   * @param {() => boolean} condition looked at whenever something happens
   * @param {{withinMs?: number, signal: AbortSignal}} options without `withinMs` it waits for as long as it takes
   * @returns {Promise<boolean>}
   */
  until(condition, { withinMs, signal }) {
    return new Promise((resolve) => {
      const end = (/** @type {boolean} */ result) => {
        this.#watchers.delete(look)
        clearTimeout(timer)
        signal.removeEventListener('abort', stop)
        resolve(result)
      }
      const look = () => { if (condition()) end(true) }
      const stop = () => end(false)
      const timer = withinMs === undefined ? undefined : setTimeout(stop, withinMs)
      this.#watchers.add(look)
      signal.addEventListener('abort', stop)
      if (signal.aborted) stop()
      else look()
    })
  }
}
