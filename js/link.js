// @ts-check
import { Inbox } from './inbox.js'
import { toJson } from './json.js'
import { fetchToken } from './token.js'

/**
 * @typedef {import('./errors.js').ErrorBody} ErrorBody
 * @typedef {{ result: any, error?: undefined } | { error: ErrorBody, result?: undefined }} Outcome
 */

/** The JavaScript half of one native client: deliveries in, requests out. One link lives from `init()` to `close()`. */
export class Link {
  /** @type {Map<number, (outcome: Outcome) => void>} */
  #pending = new Map()
  #nextId = 1
  #over = false
  #sink
  #token
  #inbox

  /**
   * @param {import('./transports.js').Open} open
   * @param {Record<string, unknown>} options
   * @param {{ deliver: (delivery: any) => void, token: import('./options.js').Token }} owner
   */
  constructor(open, options, { deliver, token }) {
    this.#sink = deliver
    this.#token = token
    /** @type {import('./transports.js').NativeClient | null} */
    let native = null
    this.#inbox = new Inbox(() => native, (delivery) => this.#handle(delivery))
    native = this.native = open({ ...options, token }, () => this.#inbox.wake())
  }

  /** Requests under way. */
  get pending() {
    return this.#pending.size
  }

  /**
   * Sends a request. An aborted signal cancels it.
   * @param {string} method
   * @param {string} payload JSON text
   * @param {{ contactId?: string, idempotencyKey?: string, timeoutMs: number }} options
   * @param {AbortSignal} [signal]
   * @returns {Promise<Outcome>}
   */
  async request(method, payload, options, signal) {
    const id = this.#nextId++
    const refused = this.native.request(id, method, payload, toJson(options, method))
    if (refused !== null) return { error: JSON.parse(refused) }
    const answered = new Promise((/** @type {(outcome: Outcome) => void} */ resolve) => void this.#pending.set(id, resolve))
    if (signal === undefined) return answered
    const cancel = () => this.native.cancel(id)
    signal.addEventListener('abort', cancel, { once: true })
    const outcome = await answered
    signal.removeEventListener('abort', cancel)
    return outcome
  }

  /** Nothing is delivered after this; what is still open settles with `error`. @param {ErrorBody} error */
  end(error) {
    this.#over = true
    this.#inbox.end()
    const open = [...this.#pending.values()]
    this.#pending.clear()
    for (const settle of open) settle({ error: { ...error, executed: 'unknown' } })
    this.native.release()
  }

  /** @param {any} delivery */
  #handle(delivery) {
    if (delivery.kind === 'settled') {
      const settle = this.#pending.get(delivery.id)
      this.#pending.delete(delivery.id)
      settle?.(delivery)
    } else if (delivery.kind === 'token') void this.#fetchToken(delivery.ticket)
    else this.#sink(delivery)
  }

  /** @param {number} ticket */
  async #fetchToken(ticket) {
    /** @type {string | null} */
    let token = null
    /** @type {string | null} */
    let failure = null
    try {
      token = await fetchToken(this.#token)
    } catch (error) {
      failure = error instanceof Error ? error.message : 'token() failed'
    }
    if (!this.#over) this.native.token(ticket, token, failure)
  }
}
