// @ts-check
import { Inbox } from './inbox.js'
import { toJson } from './json.js'
import { Requests } from './requests.js'
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
  #keepAlive
  /** @type {Requests | null} null where the native side takes them one by one */
  #requests

  /**
   * @param {import('./transports.js').Open} open
   * @param {Record<string, unknown>} options
   * @param {{ deliver: (delivery: any) => void, token: import('./options.js').Token, keepAlive: import('./keep-alive.js').KeepAlive }} owner
   */
  constructor(open, options, { deliver, token, keepAlive }) {
    this.#sink = deliver
    this.#token = token
    this.#keepAlive = keepAlive
    /** @type {import('./transports.js').NativeClient | null} */
    let native = null
    this.#inbox = new Inbox(() => native, (delivery) => this.#handle(delivery))
    native = this.native = open({ ...options, token }, () => this.#inbox.wake())
    this.#requests = typeof native.send === 'function' ? new Requests(/** @type {any} */ (native)) : null
  }

  /** Requests under way. */
  get pending() {
    return this.#pending.size
  }

  /**
   * Sends a request. An aborted signal cancels it.
   * @param {string} method
   * @param {unknown} payload
   * @param {import('./options.js').CallOptions} options
   * @returns {Promise<Outcome>}
   * @throws {import('./errors.js').SmartAgentError} where the payload cannot be sent
   */
  request(method, payload, options) {
    const id = this.#nextId++
    const refused = this.#send(id, method, payload, options)
    if (refused !== null) return Promise.resolve({ error: JSON.parse(refused) })
    this.#keepAlive.hold()
    return new Promise((resolve) => {
      const { signal } = options
      if (signal === undefined) return void this.#pending.set(id, resolve)
      const cancel = () => {
        this.#requests?.flush()
        this.native.cancel(id)
      }
      signal.addEventListener('abort', cancel, { once: true })
      this.#pending.set(id, (outcome) => {
        signal.removeEventListener('abort', cancel)
        resolve(outcome)
      })
    })
  }

  /** Says goodbye after the requests of this tick; a delivery tells the end. */
  close() {
    this.#requests?.flush()
    this.native.close()
  }

  /** @param {number} id @param {string} method @param {unknown} payload @param {import('./options.js').CallOptions} options @returns {string | null} why not, where that is known at once */
  #send(id, method, payload, options) {
    if (this.#requests !== null) {
      this.#requests.add(id, method, payload, options)
      return null
    }
    const { contactId, idempotencyKey, timeoutMs } = options
    return this.native.request?.(id, method, payloadJson(method, payload), toJson({ contactId, idempotencyKey, timeoutMs }, method)) ?? null
  }

  /** Nothing is delivered after this; what is still open settles with `error`. @param {ErrorBody} error */
  end(error) {
    this.#over = true
    this.#inbox.end()
    const open = [...this.#pending.values()]
    this.#pending.clear()
    for (const settle of open) {
      settle({ error: { ...error, executed: 'unknown' } })
      this.#keepAlive.release()
    }
    this.native.release()
  }

  /** @param {any} delivery */
  #handle(delivery) {
    if (delivery.kind === 'settled') {
      const settle = this.#pending.get(delivery.id)
      if (settle === undefined) return
      this.#pending.delete(delivery.id)
      settle(delivery)
      this.#keepAlive.release()
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

/** The text of a payload, or what is wrong with it. @param {string} method @param {unknown} payload */
export function payloadJson(method, payload) {
  return payload === undefined ? '{}' : toJson(payload, method)
}
