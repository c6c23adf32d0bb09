// @ts-check
/// <reference lib="dom" />

/** What may wait here of a plugin that asks for more than its host takes. */
const MAX_WAITING_BYTES = 8_388_608
const REQUEST = '{"type":"request"'
/** These have no place in the order of the others. */
const UNORDERED = ['{"type":"ack"', '{"type":"pong"']

/** Keeps a plugin's requests to what its host takes: the client of a page leaves that to the desktop. */
export class Pace {
  #send
  #gapMs = 0
  #burst = 1
  /** When the burst is whole again. */
  #restoredMs = 0
  /** @type {string[]} */
  #waiting = []
  #bytes = 0
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  /** @param {(text: string) => void} send */
  constructor(send) {
    this.#send = send
  }

  /** What the host's welcome says; 0 a second: no limit. @param {{ ratePerSecond: number, burst: number }} limits */
  keep({ ratePerSecond, burst }) {
    this.#gapMs = ratePerSecond > 0 ? 1_000 / ratePerSecond : 0
    this.#burst = burst
  }

  /** Sends a frame as soon as it may go, in its order. @param {string} text @returns whether it was taken: false when too much waits */
  pass(text) {
    if (this.#waiting.length === 0 ? this.#free(text) : UNORDERED.some((head) => text.startsWith(head))) this.#send(text)
    else {
      this.#bytes += text.length
      this.#waiting.push(text)
      this.#wait()
    }
    return this.#bytes <= MAX_WAITING_BYTES
  }

  stop() {
    clearTimeout(this.#timer)
    this.#waiting = []
  }

  /** Whether a frame may go now; a request that may is counted. @param {string} text */
  #free(text) {
    if (this.#gapMs === 0 || !text.startsWith(REQUEST)) return true
    if (this.#earlyMs() > 0) return false
    this.#restoredMs += this.#gapMs
    return true
  }

  #earlyMs() {
    const now = performance.now()
    this.#restoredMs = Math.max(this.#restoredMs, now)
    return this.#restoredMs - now - (this.#burst - 1) * this.#gapMs
  }

  #wait() {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      let sent = 0
      while (sent < this.#waiting.length && this.#free(/** @type {string} */ (this.#waiting[sent]))) {
        const text = /** @type {string} */ (this.#waiting[sent++])
        this.#bytes -= text.length
        this.#send(text)
      }
      this.#waiting.splice(0, sent)
      if (this.#waiting.length > 0) this.#wait()
    }, this.#earlyMs())
  }
}
