// @ts-check
import { badRequest, SmartAgentError } from './errors.js'
import { assertSignal } from './events.js'
import { milliseconds } from './options.js'

/**
 * @typedef {import('./events.js').Listeners} Listeners
 * @typedef {import('./connection.js').Connection} Connection
 */

/** What an iterator may hold for a reader that is away. */
const MAX_HELD = 1_024
const MAX_TIMER_MS = 2 ** 31 - 1

/**
 * The payload of the next event that the filter lets through.
 * @param {Listeners} listeners @param {Connection} connection @param {string} event
 * @param {{ filter?: (payload: any, meta: any) => unknown, timeoutMs?: number, signal?: AbortSignal }} options
 * @returns {Promise<any>}
 */
export async function waitForEvent(listeners, connection, event, { filter, timeoutMs, signal }) {
  assertSignal(signal)
  if (filter !== undefined && typeof filter !== 'function') throw badRequest('filter must be a function', 'filter')
  const limit = timeoutMs === undefined ? null : milliseconds(timeoutMs, 'timeoutMs', 0, MAX_TIMER_MS)
  if (signal?.aborted) throw cancelled(event, signal)
  if (connection.state === 'closed') throw closed()
  connection.keepAlive.hold()
  /** @type {(() => void)[]} */
  const undo = [() => connection.keepAlive.release()]
  try {
    return await new Promise((resolve, reject) => {
      const listener = (/** @type {any} */ payload, /** @type {any} */ meta) => {
        try {
          if (filter !== undefined && !filter(payload, meta)) return
          resolve(payload)
        } catch (error) {
          reject(error)
        }
        // At once: more of the same batch may follow before whoever waits gets its turn.
        remove()
      }
      const { remove } = listeners.add(event, listener, { ended: reject })
      undo.push(remove)
      if (limit !== null) {
        const timers = connection.timers
        const timer = timers.setTimeout(() => reject(new SmartAgentError('E_TIMEOUT', `no ${event} within ${limit} ms`)), limit)
        undo.push(() => timers.clearTimeout(timer))
      }
      if (signal === undefined) return
      const abort = () => reject(cancelled(event, signal))
      signal.addEventListener('abort', abort, { once: true })
      undo.push(() => signal.removeEventListener('abort', abort))
    })
  } finally {
    for (const step of undo) step()
  }
}

/**
 * The payloads of an event as an async iterator. It ends when the client closes.
 * @param {Listeners} listeners @param {Connection} connection @param {string} event
 * @param {{ signal?: AbortSignal }} options
 */
export function eventStream(listeners, connection, event, { signal }) {
  assertSignal(signal)
  return new EventStream(listeners, connection, event, signal)
}

class EventStream {
  /** @type {any[]} */
  #held = []
  /** @type {{ resolve: (result: IteratorResult<any>) => void, reject: (error: unknown) => void }[]} */
  #readers = []
  /** @type {{ error?: unknown } | null} set when nothing more will come */
  #end = null
  #stop
  #connection

  /** @param {Listeners} listeners @param {Connection} connection @param {string} event @param {AbortSignal} [signal] */
  constructor(listeners, connection, event, signal) {
    this.#connection = connection
    const take = (/** @type {any} */ payload) => this.#take(event, payload)
    const { remove } = listeners.add(event, take, { ended: () => this.#finish({}) })
    const abort = () => this.#finish({ error: cancelled(event, /** @type {AbortSignal} */ (signal)) })
    signal?.addEventListener('abort', abort, { once: true })
    this.#stop = () => {
      remove()
      signal?.removeEventListener('abort', abort)
    }
    if (signal?.aborted) abort()
    else if (connection.state === 'closed') this.#finish({})
  }

  [Symbol.asyncIterator]() {
    return this
  }

  /** @returns {Promise<IteratorResult<any>>} */
  async next() {
    if (this.#held.length > 0) return { value: this.#held.shift(), done: false }
    if (this.#end !== null) {
      const { error } = this.#end
      this.#end = {}
      if (error !== undefined) throw error
      return { value: undefined, done: true }
    }
    this.#connection.keepAlive.hold()
    try {
      return await new Promise((resolve, reject) => void this.#readers.push({ resolve, reject }))
    } finally {
      this.#connection.keepAlive.release()
    }
  }

  async return() {
    this.#held = []
    this.#finish({})
    return { value: undefined, done: /** @type {const} */ (true) }
  }

  /** @param {string} event @param {any} payload */
  #take(event, payload) {
    const reader = this.#readers.shift()
    if (reader !== undefined) reader.resolve({ value: payload, done: false })
    else if (this.#held.length < MAX_HELD) this.#held.push(payload)
    // What is held is still read; then the reader learns that it was too slow.
    else this.#finish({ error: new SmartAgentError('E_OVERFLOW', `events('${event}') was not read while ${MAX_HELD} arrived`) })
  }

  /** @param {{ error?: unknown }} end */
  #finish(end) {
    if (this.#end !== null) return
    const [first, ...others] = this.#readers.splice(0)
    // An error is told once: to who reads now, else to who reads next.
    this.#end = first === undefined ? end : {}
    this.#stop()
    if (end.error === undefined) first?.resolve({ value: undefined, done: true })
    else first?.reject(end.error)
    for (const { resolve } of others) resolve({ value: undefined, done: true })
  }
}

/** @param {string} event @param {AbortSignal} signal */
function cancelled(event, signal) {
  return new SmartAgentError('E_CANCELLED', `waiting for ${event} was cancelled`, { cause: signal.reason })
}

function closed() {
  return new SmartAgentError('E_CLOSED', 'the client is closed')
}
