// @ts-check
import { createCalls } from './calls.js'
import { fail } from './error.js'
import { methodsOf } from './methods.js'
import { outcomeOf } from './waiting.js'

/** @typedef {import('./waiting.js').Entry} Entry */

/** Tells the developer. @param {unknown} what */
const warn = (what) => console.warn('SmartAgent:', what)

/**
 * Who listens and who waits for an answer, over all links.
 * @param {any} sm the client @param {(frame: any) => any} send numbers a frame and posts it @param {number} requestTimeoutMs @param {string} instance
 */
export const createDesk = (sm, send, requestTimeoutMs, instance) => {
  const MAX_HELD = 256
  /** What an iterator may hold for a reader that is away. */
  const MAX_UNREAD = 1_024
  const HOLD_MS = 5_000
  /** In the order they came. @type {Set<Entry>} */
  const entries = new Set()
  /** A name that ever had a listener stays: its events are never held again. */
  const known = new Set()
  let replays = 0
  /** @type {any} the events that wait for their first listener: triples of name, payload and meta */
  let held
  /** @type {any} the first frame of the link */
  let welcome

  const of = (/** @type {string} */ event) => [...entries].filter((entry) => entry.event == event)

  /** It stays until it, its signal or the time ends it; then `close` hears the outcome. @param {Entry} entry @param {any} options @returns {Entry} */
  const enter = (entry, { signal, timeoutMs }) => {
    const end = entry.end = (/** @type {any} */ outcome) => {
      if (!entries.delete(entry)) return
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      entry.close?.(outcome)
      return true
    }
    const abort = () => end({ code: 'E_CANCELLED', cause: signal.reason })
    // First, as it throws for what is no signal.
    signal?.addEventListener('abort', abort)
    /** @type {any} */
    const timer = timeoutMs != null && setTimeout(end, timeoutMs, { code: 'E_TIMEOUT', message: 'no answer' })
    entries.add(entry)
    if (signal?.aborted) abort()
    if (entry.close && sm.state == 'closed') end({ code: 'E_CLOSED' })
    return entry
  }

  /** One that fails stops nobody else. @param {any} entry @param {any} payload @param {any} meta */
  const call = async (entry, payload, meta) => {
    try {
      if (entry.once ? entry.end() : entries.has(entry)) await entry.listener(payload, meta)
    } catch (cause) {
      if (entry.close) entry.end(Promise.reject(cause))
      else report(fail('E_INTERNAL', `listener of ${entry.event} failed`, { cause, retryable: false }), entry.event)
    }
  }

  /** How many listeners there were. @param {string} event @param {any} [payload] @param {any} [meta] */
  const emit = (event, payload, meta) => of(event).map((entry) => entry.events && meta ? entry.events.push([payload, meta]) : call(entry, payload, meta)).length

  /** Tells the `error` listeners, or the developer where there are none. @param {any} error @param {string} [event] */
  const report = (error, event) => {
    // An `error` listener that fails must not be told about itself, and nobody hears anything after close().
    if (event == 'error' || sm.state == 'closed' || !emit('error', error)) warn(error)
  }

  const meta = (/** @type {any} */ { event, timestamp, seq = 0 }) =>
    ({ event, id: `${welcome.session}:${seq || -++replays}`, seq, timestamp, replayed: !seq, source: welcome.host.source })

  /** A listener is there, and so may the desktop be, which says whether it may hear that, and what is live. @param {Entry} entry */
  const listen = async (entry) => {
    const { event, events: missed } = entry
    if (sm.state != 'ready' || !entry.listener) return
    // A star stands for any of the desktop's own. About what is not sent, the desktop knows best.
    const { events: sent = event } = welcome
    if (!missed && (sent.includes(event) || sent.includes(event.replace(/.*\..*/, '*')))) return
    const { events = [] } = await request('$live', { event }).catch((/** @type {any} */ error) => {
      if (entry.close) entry.end(error)
      else if (sm.state == 'ready' && !error.retryable) report(error)
    }) ?? {}
    if (!missed) return
    entry.events = null
    for (const live of events) call(entry, live.payload, meta({ event, ...live }))
    for (const [payload, its] of missed) {
      if (!events.some((/** @type {any} */ live) => live.payload.contactId == payload.contactId && its.timestamp <= live.timestamp)) call(entry, payload, its)
    }
  }

  /** @param {string} event @param {any} listener @param {any} [options] @param {(outcome: any) => void} [ended] @returns {any} */
  const add = (event, listener, { once, replay, ...options } = {}, ended) => {
    if (!listener?.call) throw fail('E_BAD_REQUEST', 'a listener is a function')
    known.add(event)
    queueMicrotask(() => held = held?.filter((/** @type {any} */ item) => item[0] != event || void emit(.../** @type {[any]} */ (item))))
    const entry = of(event).find((entry) => entry.listener == listener) ?? enter({ event, listener, once, events: replay && [], close: ended }, options)
    entry.once &&= once
    listen(entry)
    return entry
  }

  const [request, flush, calls] = createCalls(sm, entries, enter, send, emit, () => welcome.limits, requestTimeoutMs)

  Object.assign(sm, {
    on: (/** @type {string} */ event, /** @type {any} */ listener, /** @type {any} */ options) => add(event, listener, options).end,
    once: (/** @type {string} */ event, /** @type {any} */ listener, /** @type {any} */ options) => add(event, listener, { ...options, once: true }).end,
    off: (/** @type {string} */ event, /** @type {any} */ listener) => !!of(event).filter((entry) => (listener ?? entry.listener) == entry.listener && entry.end())[0],

    /** The payload of the next event that the filter lets through. @param {string} event @param {any} [options] */
    waitFor: (event, { filter = () => true, ...options } = /** @type {any} */ ({})) => outcomeOf((ended) => {
      const { end } = add(event, (/** @type {any} */ result, /** @type {any} */ meta) => {
        if (filter(result, meta)) end({ result })
      }, options, ended)
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
        if (unread.length >= MAX_UNREAD) return end({ code: 'E_OVERFLOW' })
        unread.push(payload)
        wake?.()
      }, options, (outcome) => {
        last = sm.state == 'closed' ? {} : outcome
        wake?.()
      })
      /** @type {any} */
      const stream = (async function* () {
        for (;;) {
          while (unread.length) yield unread.shift()
          if (last) return outcomeOf((resolve) => resolve(last))
          await new Promise((resolve) => wake = resolve)
        }
      })()
      // A generator's own return() waits for the event that a pending next() waits for.
      stream.return = () => {
        unread.length = 0
        end({})
        return stream.next()
      }
      return stream
    },
  }, methodsOf(request))

  return /** @type {const} */ ([
    emit,

    /** A frame of a link that is up. @param {any} frame */
    (frame) => {
      const { type, event, message } = frame
      if (type == 'event') {
        const item = [event, frame.payload, meta(frame)]
        if (known.has(event) || !held) emit(.../** @type {[any]} */ (item))
        else if (held.push(item) > MAX_HELD) warn(`${held.pop()[0]} was dropped`)
      } else if (type == 'response') of(frame.id)[0]?.end({ type, ...frame.error ?? frame })
      else if (message) report(fail(frame.code, message))
    },

    /** The first frame of a link. @param {any} given @returns what the plugin is told of it */
    (given) => {
      const { type, version: protocol, granted, denied, host, snapshot, reason } = welcome = given
      const facts = { ...snapshot, granted, denied, host, protocol, plugin: { type: null, ...given.plugin, instance } }
      const again = sm.state != 'connecting'
      const unsettled = calls().length
      // A port is never resumed. Its type says that the host has not to be told.
      if (again) calls().map(({ end }) => end({ type }))
      // Events wait for their first listener, for a while.
      if (!again) {
        held = []
        setTimeout(() => {
          if (held?.[0]) warn(`${held.map((/** @type {any} */ item) => item[0])} was dropped`)
          held = null
        }, HOLD_MS)
      }
      sm.state = 'ready'
      flush()
      emit('ready', facts)
      entries.forEach(listen)
      if (again && sm.state == 'ready') emit('resync', { reason, snapshot, unsettled })
      return facts
    },

    /** Nobody has to wait any more; where `init()` failed, listeners go on. @param {any} outcome */
    (outcome) => entries.forEach((entry) => (sm.state == 'idle' ? entry.send : entry.close) && entry.end(outcome)),
  ])
}
