// @ts-check

/** Timers that run when the test kit's clock is moved, in the order of their time. */
export class VirtualTimers {
  /** @type {Map<number, { at: number, run: () => void }>} */
  #timers = new Map()
  #last = 0
  #now

  /** @param {() => number} now */
  constructor(now) {
    this.#now = now
  }

  /** @param {() => void} run @param {number} ms */
  setTimeout(run, ms) {
    this.#last += 1
    this.#timers.set(this.#last, { at: this.#now() + ms, run })
    return this.#last
  }

  /** @param {any} id */
  clearTimeout(id) {
    this.#timers.delete(id)
  }

  /** When the next one is due, epoch milliseconds. @returns {number | null} */
  get next() {
    let next = null
    for (const { at } of this.#timers.values()) if (next === null || at < next) next = at
    return next
  }

  /** Runs what is due. */
  run() {
    const due = [...this.#timers].filter(([, { at }]) => at <= this.#now()).sort(([, a], [, b]) => a.at - b.at)
    for (const [id, { run }] of due) if (this.#timers.delete(id)) run()
  }

  clear() {
    this.#timers.clear()
  }
}
