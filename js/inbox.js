// @ts-check
import { setImmediate } from 'node:timers'

/**
 * How long deliveries may occupy the JavaScript thread before timers and sockets get their turn.
 * An unbudgeted drain delayed them by 160 ms under a flood.
 */
const BUDGET_MS = 0.5

/** Empties a native inbox, batch by batch, in the order of arrival. */
export class Inbox {
  /** @type {any[]} */
  #batch = []
  #at = 0
  #draining = false
  #scheduled = false
  #over = false
  #handle
  /** @type {() => { drain(): string, taken(): void } | null} */
  #native

  /**
   * @param {() => { drain(): string, taken(): void } | null} native
   * @param {(delivery: any) => void} handle must not throw
   */
  constructor(native, handle) {
    this.#native = native
    this.#handle = handle
  }

  /** The doorbell of the native side. */
  wake() {
    // Later, because a native side of this thread may ring while it is being called.
    if (this.#draining || this.#native() === null) this.#later()
    else if (!this.#scheduled) this.#drain()
  }

  /** Nothing is handled after this. */
  end() {
    this.#over = true
    this.#batch = []
  }

  #later() {
    if (this.#scheduled || this.#over) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.#drain()
    })
  }

  #drain() {
    const until = performance.now() + BUDGET_MS
    this.#draining = true
    try {
      while (this.#refill()) {
        this.#handle(this.#batch[this.#at++])
        if (this.#at === this.#batch.length && !this.#over) this.#native()?.taken()
        if (performance.now() > until) return this.#later()
      }
    } finally {
      this.#draining = false
    }
  }

  /** Whether there is something to handle. */
  #refill() {
    if (this.#over) return false
    if (this.#at < this.#batch.length) return true
    const text = this.#native()?.drain() ?? ''
    this.#batch = text === '' ? [] : JSON.parse(text)
    this.#at = 0
    return this.#batch.length > 0
  }
}
