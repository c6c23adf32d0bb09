// @ts-check
import { badRequest, SmartAgentError } from './errors.js'
import { ALL, Sight, sightOf } from './sight.js'

/**
 * @typedef {(payload: any, meta: any) => unknown} Listener
 * @typedef {object} Registration
 * @property {Listener} listener
 * @property {boolean} once
 * @property {0 | 1 | 2} sight how much of what it is called with it can look at
 * @property {boolean} live false as soon as it was removed: it is never called again
 * @property {[payload: any, meta: any][] | null} held what waits until the replayed state has been delivered
 * @property {(() => void) | null} forget detaches it from its AbortSignal
 * @property {((error: SmartAgentError) => void) | null} ended told when the client closes
 */

const WARN_AT = 100

/** Listeners by event name, in the order of registration; the same pair of name and function is kept once. */
export class Listeners {
  /** @type {Map<string, Map<Listener, Registration>>} */
  #byEvent = new Map()
  /** @type {Set<string>} */
  #warned = new Set()
  #changed
  #failed
  #sight

  /**
   * @param {(event: string, heard: boolean) => void} changed first listener of a name added, or last one removed
   * @param {(event: string, error: unknown) => void} failed a listener threw or its promise rejected
   * @param {(event: string, overlooked: boolean) => void} [overlooks] whether nobody looks at the event's payload
   */
  constructor(changed, failed, overlooks = () => {}) {
    this.#changed = changed
    this.#failed = failed
    this.#sight = new Sight(overlooks)
  }

  /**
   * @param {string} event
   * @param {unknown} listener
   * @param {{ once?: boolean, signal?: AbortSignal, held?: boolean, ended?: Registration['ended'] }} [options]
   * @returns {{ registration: Registration | null, fresh: boolean, remove: () => boolean }}
   */
  add(event, listener, { once = false, signal, held = false, ended = null } = {}) {
    if (typeof listener !== 'function') throw badRequest(`the listener of "${event}" must be a function, not ${typeof listener}`)
    assertSignal(signal)
    if (signal?.aborted) return { registration: null, fresh: false, remove: () => false }
    const call = /** @type {Listener} */ (listener)
    const known = this.#byEvent.get(event)?.get(call)
    if (known !== undefined) {
      known.once &&= once
      return { registration: known, fresh: false, remove: () => this.#remove(event, known) }
    }
    /** @type {Registration} */
    const registration = { listener: call, once, sight: held ? ALL : sightOf(call), live: true, held: held ? [] : null, forget: null, ended }
    this.#insert(event, registration)
    if (signal !== undefined) {
      const abort = () => void this.#remove(event, registration)
      signal.addEventListener('abort', abort, { once: true })
      registration.forget = () => signal.removeEventListener('abort', abort)
    }
    return { registration, fresh: true, remove: () => this.#remove(event, registration) }
  }

  /** @param {string} event @param {Listener} [listener] @returns {boolean} whether anything was removed */
  remove(event, listener) {
    const registrations = this.#byEvent.get(event)
    if (registrations === undefined) return false
    if (listener !== undefined) {
      const registration = registrations.get(listener)
      return registration !== undefined && this.#remove(event, registration)
    }
    for (const registration of [...registrations.values()]) this.#remove(event, registration)
    return true
  }

  /** @param {string} event */
  count(event) {
    return this.#byEvent.get(event)?.size ?? 0
  }

  /** What of the events no listener looks at. */
  get sight() {
    return this.#sight
  }

  /** The names that have a listener. */
  names() {
    return this.#byEvent.keys()
  }

  /**
   * Calls every listener of the event; one that fails stops nobody else.
   * @param {string} event @param {any} payload @param {any} [meta]
   * @returns {boolean} whether there was a listener
   */
  emit(event, payload, meta) {
    const registrations = this.#byEvent.get(event)
    if (registrations === undefined) return false
    // A copy, because a listener may change the set; one listener needs none.
    if (registrations.size === 1) this.#offer(event, /** @type {any} */ (registrations.values().next().value), payload, meta)
    else for (const registration of [...registrations.values()]) this.#offer(event, registration, payload, meta)
    return true
  }

  /** @param {string} event @param {Registration} registration @param {any} payload @param {any} meta */
  #offer(event, registration, payload, meta) {
    if (registration.held === null) this.call(event, registration, payload, meta)
    else if (registration.live) registration.held.push([payload, meta])
  }

  /** @param {string} event @param {Registration} registration @param {any} payload @param {any} meta */
  call(event, registration, payload, meta) {
    if (!registration.live) return
    if (registration.once) this.#remove(event, registration)
    try {
      const result = (0, registration.listener)(payload, meta)
      if (isThenable(result)) result.then(undefined, (/** @type {unknown} */ error) => this.#failed(event, error))
    } catch (error) {
      this.#failed(event, error)
    }
  }

  /** Ends what waits for an event that will not come any more. @param {SmartAgentError} error */
  end(error) {
    for (const registrations of [...this.#byEvent.values()]) {
      for (const { ended } of [...registrations.values()]) ended?.(error)
    }
  }

  /** @param {string} event @param {Registration} registration */
  #insert(event, registration) {
    let registrations = this.#byEvent.get(event)
    if (registrations === undefined) this.#byEvent.set(event, (registrations = new Map()))
    registrations.set(registration.listener, registration)
    if (registrations.size === 1) this.#changed(event, true)
    this.#sight.count(event, registration.sight, 1)
    if (registrations.size !== WARN_AT || this.#warned.has(event)) return
    this.#warned.add(event)
    warn(`"${event}" has ${WARN_AT} listeners; is off() missing somewhere?`, 'SMARTAGENT_LISTENERS')
  }

  /** @param {string} event @param {Registration} registration */
  #remove(event, registration) {
    if (!registration.live) return false
    registration.live = false
    registration.forget?.()
    const registrations = this.#byEvent.get(event)
    registrations?.delete(registration.listener)
    this.#sight.count(event, registration.sight, -1)
    if (registrations?.size === 0) {
      this.#byEvent.delete(event)
      this.#changed(event, false)
    }
    return true
  }
}

/** @param {unknown} signal @returns {asserts signal is AbortSignal | undefined} */
export function assertSignal(signal) {
  if (signal === undefined) return
  const candidate = /** @type {any} */ (signal)
  if (typeof candidate?.addEventListener === 'function' && typeof candidate.aborted === 'boolean') return
  throw badRequest('signal must be an AbortSignal', 'signal')
}

/** Tells the developer, never throws. @param {string} message @param {string} code */
export function warn(message, code) {
  if (typeof process === 'object' && typeof process.emitWarning === 'function') {
    process.emitWarning(message, { type: 'SmartAgentWarning', code })
  } else console.warn(`SmartAgent: ${message}`)
}

/** What a failed listener is reported as. @param {string} event @param {unknown} cause */
export function listenerError(event, cause) {
  return new SmartAgentError('E_INTERNAL', `a listener of "${event}" failed`, { cause, retryable: false })
}

/** An error that nobody listens to. @param {SmartAgentError} error */
export function warnOf(error) {
  warn(`${error.code}: ${error.message}${detailOf(error.cause)}`, error.code)
}

/** @param {unknown} cause */
function detailOf(cause) {
  if (cause === undefined) return ''
  try {
    if (cause instanceof Error) return `: ${cause.stack ?? cause.message}`
  } catch {
    // What was thrown can be anything, and looking at it can throw again.
  }
  return ': it threw a value that is not an Error'
}

/** @param {any} value @returns {value is PromiseLike<unknown>} */
function isThenable(value) {
  return typeof value === 'object' && value !== null && typeof value.then === 'function'
}
