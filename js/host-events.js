// @ts-check
import { unwrap } from './errors.js'
import { toJson } from './json.js'

/** What a host may send in one frame. */
const MAX_PAYLOAD = 1_048_576

/** A host's events on their way out. Those of one tick leave a socket in one write. */
export class HostEvents {
  #native
  #waiting = false

  /** @param {import('./binding.js').NativeHost} native */
  constructor(native) {
    this.#native = native
  }

  /** @param {string} event @param {any} payload @param {any} options @returns {number} how many sessions it went to */
  emit(event, payload, options) {
    const text = toJson(payload ?? {}, String(event), MAX_PAYLOAD)
    const { sessions } = unwrap(this.#native.emit(String(event), text, toJson(options, 'emit()')))
    this.#flushSoon()
    return sessions
  }

  #flushSoon() {
    if (this.#waiting) return
    this.#waiting = true
    queueMicrotask(() => {
      this.#waiting = false
      // A desk in memory writes at once and has nothing to flush.
      this.#native.flush?.()
    })
  }
}
