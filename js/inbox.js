// @ts-check
import { setImmediate } from 'node:timers'
import { nextDeliveries } from './deliveries.js'

/**
 * How long deliveries may occupy the JavaScript thread before timers and sockets get their turn.
 * An unbudgeted drain delayed them by 160 ms under a flood.
 */
const BUDGET_MS = 0.5
/** A batch that took longer than this has slow listeners: the clock is then asked after each of its successors' calls. */
const SLOW_MS = BUDGET_MS / 8
/** So many may be handled without a look at the clock: as many as the addon's batches have; a JSON array may have more. */
const UNCLOCKED = 8

/** @typedef {Parameters<typeof nextDeliveries>[0]} NativeSide */

/** Empties a native inbox, batch by batch, in the order of arrival. Asking for a batch tells that the last one is done. */
export class Inbox {
  /** @type {any[]} */
  #batch = []
  #at = 0
  #slow = true
  #draining = false
  #scheduled = false
  #over = false
  #handle
  /** @type {() => NativeSide | null} */
  #native

  /**
   * @param {() => NativeSide | null} native
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
    let now = performance.now()
    const until = now + BUDGET_MS
    this.#draining = true
    try {
      while (this.#refill()) {
        const began = now
        do this.#handle(this.#batch[this.#at++])
        while (this.#at < this.#batch.length && !((this.#slow || this.#at % UNCLOCKED === 0) && performance.now() > until))
        now = performance.now()
        this.#slow = now - began > SLOW_MS
        if (now > until) return this.#later()
      }
    } finally {
      this.#draining = false
    }
  }

  /** Whether there is something to handle. */
  #refill() {
    if (this.#over) return false
    if (this.#at < this.#batch.length) return true
    const native = this.#native()
    this.#batch = native === null ? [] : nextDeliveries(native)
    this.#at = 0
    return this.#batch.length > 0
  }
}
