// @ts-check

/** The longest delay a Node timer takes. */
const FOREVER_MS = 2 ** 31 - 1

/**
 * Keeps the process alive while there is something to wait for. The native side never does: its wake-ups are weak,
 * so that an idle client or a forgotten one cannot hold a process that has nothing else to do.
 */
export class KeepAlive {
  #active = false
  #wanted = true
  #reasons = 0
  /** @type {any} */
  #timer = null

  /** Between `init()` and `close()`. @param {boolean} active */
  set active(active) {
    this.#active = active
    this.#update()
  }

  /** What `ref()` and `unref()` switch. @param {boolean} wanted */
  set wanted(wanted) {
    this.#wanted = wanted
    this.#update()
  }

  /** One more listener or pending call. */
  hold() {
    if (this.#reasons++ === 0) this.#update()
  }

  /** One less. */
  release() {
    if (--this.#reasons === 0) this.#update()
  }

  #update() {
    const needed = this.#active && this.#wanted && this.#reasons > 0
    if (needed) {
      this.#timer ??= setInterval(() => {}, FOREVER_MS)
      this.#timer.ref?.()
    } else if (!this.#active) {
      clearInterval(this.#timer)
      this.#timer = null
    } else this.#timer?.unref?.()
  }
}
