// @ts-check
const MIN_MS = 100
const STEP_MS = 500
const MAX_STEP_MS = 20_000
/** A floor that a host sets is honoured up to here. */
const MAX_FLOOR_MS = 60_000
/** A link that lived this long was a good one. */
const SETTLED_MS = 10_000

/** When a lost host may be dialled again: it outlives the links, so that a page that knocks at once does not hammer it. */
export class Backoff {
  #losses = 0
  #notBefore = 0
  /** @type {number | undefined} */
  #readySince

  ready() {
    this.#readySince = performance.now()
  }

  /** @param {number} [floorMs] what the host asked for */
  lost(floorMs = 0) {
    const now = performance.now()
    if (this.#readySince !== undefined && now - this.#readySince >= SETTLED_MS) this.#losses = 0
    this.#readySince = undefined
    const step = Math.min(MAX_STEP_MS, STEP_MS * 2 ** this.#losses)
    this.#losses += 1
    this.#notBefore = now + Math.max(MIN_MS + Math.random() * step, Math.min(Number(floorMs) || 0, MAX_FLOOR_MS))
  }

  /** How long to wait before the next dial. */
  delayMs() {
    return Math.max(0, this.#notBefore - performance.now())
  }
}
