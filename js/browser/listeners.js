// @ts-check
import { fail, need } from './error.js'

/**
 * @typedef {object} Entry
 * @property {string} event
 * @property {(payload: any, meta: any) => any} listener
 * @property {boolean} [once]
 * @property {any} [held] what waits until the replayed state has been delivered: pairs of payload and meta
 * @property {boolean} [asked] whether the replayed state was asked for
 * @property {() => boolean} live
 * @property {() => boolean} remove whether it was live
 * @property {(error: any) => void} [ended] told when the client closes or the signal is aborted
 */

const MAX_HELD = 256
const HOLD_MS = 5_000

/** Tells the developer. @param {unknown} what */
export const warn = (what) => console.warn('SmartAgent:', what)

/**
 * Listeners by event name, and the events whose name has not had one yet.
 * @param {(event: string, cause: unknown) => void} failed a listener threw or its promise rejected
 */
export const createListeners = (failed) => {
  /** A name that ever had a listener stays: its events are never held again. @type {Map<string, Map<any, Entry>>} */
  const known = new Map()
  /** @type {any} pairs of name, payload and meta; nothing once they are not held any more */
  let held
  /** @type {any} */
  let timer

  const entries = (/** @type {string} */ event) => [...known.get(event)?.values() ?? []]

  /** One that fails stops nobody else. @param {Entry} entry @param {any} payload @param {any} meta */
  const call = async (entry, payload, meta) => {
    const { event, listener, once } = entry
    try {
      if (once ? entry.remove() : entry.live()) await listener(payload, meta)
    } catch (error) {
      failed(event, error)
    }
  }

  /** How many listeners there were. @param {string} event @param {any} [payload] @param {any} [meta] */
  const emit = (event, payload, meta) => entries(event).map((entry) => entry.held ? entry.held.push([payload, meta]) : call(entry, payload, meta)).length

  return {
    call, emit, entries,
    all: () => [...known.keys()].flatMap(entries),

    /**
     * @param {string} event @param {any} listener @param {AbortSignal} [signal] @param {Partial<Entry>} [more]
     * @returns {Entry}
     */
    add(event, listener, signal, more) {
      need(listener?.call, 'listener', 'a function')
      if (!known.has(event)) {
        known.set(event, new Map())
        queueMicrotask(() => held = held?.filter((/** @type {any} */ item) => item[0] != event || void emit(.../** @type {[any]} */ (item))))
      }
      const its = /** @type {Map<any, Entry>} */ (known.get(event))
      const abort = () => {
        entry.remove()
        entry.ended?.(fail('E_CANCELLED', event, { cause: signal?.reason }))
      }
      /** @type {Entry} */
      const entry = its.get(listener) ?? /** @type {Entry} */ ({
        event, listener, ...more,
        live: () => its.get(listener) == entry,
        remove() {
          signal?.removeEventListener('abort', abort)
          return entry.live() && its.delete(listener)
        },
      })
      entry.once &&= more?.once
      its.set(listener, entry)
      signal?.addEventListener('abort', abort)
      if (signal?.aborted) abort()
      return entry
    },

    /** An event of the desktop. @param {string} event @param {any} payload @param {any} meta */
    deliver(event, payload, meta) {
      if (known.has(event) || !held) emit(event, payload, meta)
      else if (held.push([event, payload, meta]) > MAX_HELD) warn(`${held.pop()[0]} was dropped: nobody listens`)
    },

    /** What is held is forgotten; from a first link on, events wait for their first listener, for a while. @param {boolean} again */
    hold(again) {
      if (!again) {
        clearTimeout(timer)
        timer = setTimeout(() => {
          new Set(held.map((/** @type {any} */ item) => item[0])).forEach((event) => warn(`${event} was dropped: nobody listens`))
          held = null
        }, HOLD_MS)
      }
      held = again ? held && [] : []
    },
  }
}
