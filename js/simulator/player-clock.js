// @ts-check

/** A clock that can stand still, and be put forward. In milliseconds. */
export class PlayerClock {
  /** When it was stopped. @type {number | null} */
  #pausedAt = null
  /** How far it is behind the process's own. */
  #behind = 0

  get now() {
    return Math.floor((this.#pausedAt ?? performance.now()) - this.#behind)
  }

  get paused() {
    return this.#pausedAt !== null
  }

  pause() {
    this.#pausedAt ??= performance.now()
  }

  resume() {
    if (this.#pausedAt === null) return
    this.#behind += performance.now() - this.#pausedAt
    this.#pausedAt = null
  }

  /** Puts it forward to a time to come. @param {number} time */
  forwardTo(time) {
    this.#behind -= Math.max(0, time - this.now)
  }
}
