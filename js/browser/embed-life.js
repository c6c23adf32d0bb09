// @ts-check
/// <reference lib="dom" />

/** Waits for signs of life of one document, one at a time. */
export class Life {
  #responding = true
  #told
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  /** @param {(responding: boolean) => void} told called when a document that was asked is silent, and when it is back */
  constructor(told) {
    this.#told = told
  }

  /** @param {number} ms @param {() => void} otherwise when nothing was heard by then */
  expect(ms, otherwise) {
    this.stop()
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      otherwise()
    }, ms)
  }

  /** It was asked whether it is there. @param {number} ms */
  asked(ms) {
    if (this.#timer !== undefined || !this.#responding) return
    this.expect(ms, () => {
      this.#responding = false
      this.#told(false)
    })
  }

  /** Any frame is life. */
  heard() {
    this.stop()
    if (this.#responding) return
    this.#responding = true
    this.#told(true)
  }

  stop() {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
