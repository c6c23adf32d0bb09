// The contact centre's clock where no scenario moves it: it follows the real one, and what happens by itself happens.

/** @typedef {import('../../simulator/scenario.js').ScenarioPlayer} ScenarioPlayer */

/** Timers take at most this. */
const LONGEST_MS = 2 ** 31 - 1

export class StageClock {
  #player
  #changed
  /** Where both clocks stood; null while a scenario moves it. @type {{ real: number, simulated: number } | null} */
  #base = null
  /** @type {NodeJS.Timeout | undefined} */
  #timer

  /** @param {ScenarioPlayer} player @param {() => void} changed called when something happened by itself */
  constructor(player, changed) {
    this.#player = player
    this.#changed = changed
    this.follow()
  }

  /** What it shows, and how fast it goes. */
  get reading() {
    if (this.#base === null) {
      const { now, rate } = this.#player.progress()
      return { now, rate }
    }
    return { now: Math.floor(this.#base.simulated + performance.now() - this.#base.real), rate: 1 }
  }

  /** Follows the real clock on another player. @param {ScenarioPlayer} player */
  hand(player) {
    this.#player = player
    this.follow()
  }

  /** Follows the real clock from now on. */
  follow() {
    this.#base = { real: performance.now(), simulated: this.#player.progress().now }
    this.schedule()
  }

  /** A scenario moves the clock from now on. */
  stop() {
    this.catchUp()
    clearTimeout(this.#timer)
    this.#base = null
  }

  /** Brings the contact centre to what the clock shows. */
  catchUp() {
    if (this.#base !== null) this.#player.follow(this.reading.now)
  }

  /** Looks when something happens by itself next. */
  schedule() {
    clearTimeout(this.#timer)
    const at = this.#base === null ? null : this.#player.nextTimer
    if (at === null) return
    this.#timer = setTimeout(() => {
      this.catchUp()
      this.#changed()
      this.schedule()
    }, Math.min(LONGEST_MS, Math.max(1, at - this.reading.now + 1)))
  }
}
