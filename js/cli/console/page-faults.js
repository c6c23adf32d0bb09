// The fault buttons: links that break or are slow, a host that dies, answers that come late or are errors.

/**
 * @typedef {import('./protocol.js').FaultView} FaultView
 * @typedef {object} FaultTargets
 * @property {import('../desk.js').Desk} desk
 * @property {import('../fault-proxy.js').FaultProxy} proxy
 * @property {import('./handler-gate.js').HandlerGate} gate
 * @property {() => void} changed
 */

export class PageFaults {
  #targets
  /** Ends what lasts, early. */
  #clear = new AbortController()
  /** @type {Omit<FaultView, 'refusals'>} */
  #on = { droppedUntil: null, delay: null, downUntil: null, slow: null }

  /** @param {FaultTargets} targets */
  constructor(targets) {
    this.#targets = targets
  }

  /** @returns {FaultView} */
  get view() {
    return { ...this.#on, refusals: /** @type {FaultView['refusals']} */ (this.#targets.gate.refusals) }
  }

  /** @param {number} forMs @returns {Promise<void>} when it is over */
  drop(forMs) {
    return this.#outage('droppedUntil', forMs, false)
  }

  /** The host dies and another one comes up. @param {number} downMs @returns {Promise<void>} when it is over */
  kill(downMs) {
    return this.#outage('downUntil', downMs, true)
  }

  /** @param {number} byMs @param {number} forMs */
  delay(byMs, forMs) {
    this.#targets.proxy.delay(byMs, forMs)
    this.#last('delay', byMs, forMs, () => this.#targets.proxy.delay(0, 0))
  }

  /** @param {number} byMs @param {number} forMs */
  slow(byMs, forMs) {
    this.#targets.gate.slow(byMs)
    this.#last('slow', byMs, forMs, () => this.#targets.gate.slow(0))
  }

  /** @param {string | null} message @param {string} code */
  refuse(message, code) {
    this.#targets.gate.refuse(message, code)
    this.#targets.changed()
  }

  /** Ends whatever is on. */
  clear() {
    this.#clear.abort()
    this.#clear = new AbortController()
    this.#targets.gate.clear()
    this.#targets.changed()
  }

  /** @param {'droppedUntil' | 'downUntil'} kind @param {number} ms @param {boolean} restart */
  async #outage(kind, ms, restart) {
    const until = Date.now() + ms
    this.#on[kind] = until
    this.#targets.changed()
    await this.#targets.desk.breakLinks(ms, { restart, signal: this.#clear.signal })
    if (this.#on[kind] === until) this.#on[kind] = null
    this.#targets.changed()
  }

  /** @param {'delay' | 'slow'} kind @param {number} byMs @param {number} forMs @param {() => void} undo */
  #last(kind, byMs, forMs, undo) {
    const fault = { byMs, until: Date.now() + forMs }
    this.#on[kind] = fault
    this.#targets.changed()
    const { signal } = this.#clear
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      // Another one of its kind took its place.
      if (this.#on[kind] !== fault) return
      this.#on[kind] = null
      undo()
      this.#targets.changed()
    }
    const timer = setTimeout(end, forMs)
    timer.unref()
    signal.addEventListener('abort', end)
  }
}
