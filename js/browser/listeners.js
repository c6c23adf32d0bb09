// @ts-check
import { fail, need } from './error.js'
import { failed, lease, needSignal, outcomeOf } from './lease.js'
import { assertEvent, EVENTS, LOCAL } from './names.js'

/**
 * @typedef {object} Entry
 * @property {string} event
 * @property {(payload: any, meta: any) => any} listener
 * @property {boolean} [live]
 * @property {boolean} [once]
 * @property {any} [held] what waits until the replayed state has been delivered: pairs of payload and meta
 * @property {boolean} [asked] whether the replayed state was asked for
 * @property {(outcome?: any) => boolean | void} end whether it was live
 * @property {(outcome: any) => void} [ended] told when it has ended: somebody waits
 */

/** Tells the developer. @param {unknown} what */
const warn = (what) => console.warn('SmartAgent:', what)

/**
 * Listeners by event name, and the events whose name has not had one yet.
 * @param {() => any} welcome of the host, while the link is up
 * @param {() => any} over the outcome of a client that is closed
 * @param {(method: string, payload: any) => Promise<any>} request
 */
export const createListeners = (welcome, over, request) => {
  const MAX_HELD = 256
  /** What an iterator may hold for a reader that is away. */
  const MAX_UNREAD = 1_024
  const HOLD_MS = 5_000
  let replays = 0
  /** A name that ever had a listener stays: its events are never held again. @type {Map<string, Map<any, Entry>>} */
  const known = new Map()
  /** @type {any} triples of name, payload and meta; nothing once they are not held any more */
  let held
  /** @type {any} */
  let timer

  const entries = (/** @type {string} */ event) => [...known.get(event)?.values() ?? []]
  const all = () => [...known.keys()].flatMap(entries)

  /** One that fails stops nobody else. @param {Entry} entry @param {any} payload @param {any} meta */
  const call = async (entry, payload, meta) => {
    try {
      if (entry.once ? entry.end() : entry.live) await entry.listener(payload, meta)
    } catch (cause) {
      report(fail('E_INTERNAL', `a listener of ${entry.event} failed`, { cause, retryable: false }), entry.event)
    }
  }

  /** How many listeners there were. @param {string} event @param {any} [payload] @param {any} [meta] */
  const emit = (event, payload, meta) => entries(event).map((entry) => entry.held ? entry.held.push([payload, meta]) : call(entry, payload, meta)).length

  /** Tells the `error` listeners, or the developer where there are none. @param {any} error @param {string} [event] @returns {any} */
  const report = (error, event) => {
    // An `error` listener that fails must not be told about itself, and nobody hears anything after close().
    if (event == 'error' || over() || !emit('error', error)) warn(error)
  }

  const meta = (/** @type {string} */ event, /** @type {number} */ timestamp, seq = 0) => {
    const { session, host: { source } } = welcome()
    return { event, id: `${session}:${seq || `0:${++replays}`}`, seq, timestamp, replayed: !seq, source }
  }

  /** A listener is there, and so may the desktop be. */
  const listen = async (/** @type {import('./listeners.js').Entry} */ entry) => {
    const { event, held, asked } = entry
    if (!welcome() || LOCAL.includes(event)) return
    const { granted, events: listed } = welcome()
    const scope = event == 'next_status' ? 'agent:read' : 'call:observe'
    const lacks = EVENTS.includes(event) && !granted.includes(scope) ? `the scope ${scope}` : listed?.includes(event) == false && 'to be in the manifest'
    if (lacks) report(fail('E_FORBIDDEN', `${event} needs ${lacks}`))
    if (!held || asked) return
    entry.asked = true
    // The state that is live, then what arrived meanwhile and the live state does not say.
    const { events = [] } = await request('$live', { event }).catch((error) => (welcome() && report(error)) ?? {})
    entry.held = null
    if (!welcome()) return
    for (const { payload, timestamp } of events) call(entry, payload, meta(event, timestamp))
    for (const [payload, its] of held) {
      if (!events.some((/** @type {any} */ live) => live.payload.contactId == payload.contactId && its.timestamp <= live.timestamp)) call(entry, payload, its)
    }
  }

  /** @param {string} event @param {any} listener @param {any} options @param {Partial<Entry>} [more] @returns {Entry} */
  const add = (event, listener, { signal, timeoutMs } = {}, more) => {
    assertEvent(event)
    need(listener?.call, 'listener', 'a function')
    needSignal(signal)
    if (!known.has(event)) {
      known.set(event, new Map())
      queueMicrotask(() => held = held?.filter((/** @type {any} */ item) => item[0] != event || void emit(.../** @type {[any]} */ (item))))
    }
    const its = /** @type {Map<any, Entry>} */ (known.get(event))
    const entry = its.get(listener) ?? /** @type {Entry} */ ({ event, listener, live: true, ...more })
    entry.once &&= more?.once
    its.set(listener, entry)
    // A listener that is added again and again has one end, and one more for each signal.
    if (!entry.end || signal) entry.end = lease(signal, timeoutMs, entry.end ?? ((outcome) => {
      entry.live = false
      its.delete(listener)
      entry.ended?.(outcome)
    }))
    if (over() && entry.ended) entry.end(over())
    return entry
  }

  return {
    all, emit, listen, report,

    /** @param {string} event @param {any} listener @param {any} [options] @param {boolean} [once] */
    on(event, listener, options, once) {
      const entry = add(event, listener, options, { once, held: options?.replay && !LOCAL.includes(event) && [] })
      listen(entry)
      return () => void entry.end()
    },

    /** @param {string} event @param {any} [listener] */
    off(event, listener) {
      assertEvent(event)
      return !!entries(event).filter((entry) => (listener ?? entry.listener) == entry.listener && entry.end())[0]
    },

    /** The payload of the next event that the filter lets through. @param {string} event @param {any} [options] */
    waitFor: (event, { filter = () => true, ...options } = /** @type {any} */ ({})) => outcomeOf((ended) => {
      const { end } = add(event, (/** @type {any} */ result, /** @type {any} */ meta) => {
        try {
          if (filter(result, meta)) end({ result })
        } catch (error) {
          end(Promise.reject(error))
        }
      }, options, { ended })
    }),

    /** The payloads of an event. What is unread when it ends is still read. @param {string} event @param {any} [options] */
    events(event, options) {
      /** @type {any[]} */
      const unread = []
      /** @type {any} */
      let last
      /** @type {any} */
      let wake
      const { end } = add(event, (/** @type {any} */ payload) => {
        if (unread.length >= MAX_UNREAD) return end({ early: true, error: { code: 'E_OVERFLOW', message: `${event} is not read` } })
        unread.push(payload)
        wake?.()
      }, options, {
        ended(outcome) {
          last = outcome
          wake?.()
        },
      })
      /** @type {any} */
      const stream = (async function* () {
        for (;;) {
          while (unread.length) yield unread.shift()
          if (last?.early) throw failed(last.error)
          if (last) return
          await new Promise((resolve) => wake = resolve)
        }
      })()
      // A generator's own return() waits for the event that a pending next() waits for.
      stream.return = () => {
        unread.length = 0
        end(last = {})
        return stream.next()
      }
      return stream
    },

    /** An event of the desktop. @param {any} frame */
    deliver({ event, payload, timestamp, seq }) {
      const item = [event, payload, meta(event, timestamp, seq)]
      if (known.has(event) || !held) emit(.../** @type {[any]} */ (item))
      else if (held.push(item) > MAX_HELD) warn(`${held.pop()[0]} was dropped: nobody listens`)
    },

    /** What is held is forgotten; from a first link on, events wait for their first listener, for a while. @param {boolean} again */
    hold(again) {
      held &&= []
      if (again) return
      held = []
      clearTimeout(timer)
      timer = setTimeout(() => {
        if (held[0]) warn(`${[...new Set(held.map((/** @type {any} */ item) => item[0]))]} was dropped: nobody listens`)
        held = undefined
      }, HOLD_MS)
    },
  }
}
