// @ts-check
import { fail, need } from './error.js'
import { parse, toJson } from './json.js'
import { KEYED } from './names.js'
import { uuid } from './uuid.js'
import { outcomeOf } from './waiting.js'

/** @typedef {import('./waiting.js').Entry} Entry */

/**
 * What the plugin asks for, from the call to its one outcome.
 * @param {any} sm the client @param {Set<Entry>} entries @param {(entry: Entry, options: any) => Entry} enter
 * @param {(frame: any) => void} send numbers a frame and posts it @param {() => void} drain @param {() => any} limits
 * @param {number} requestTimeoutMs
 */
export const createCalls = (sm, entries, enter, send, drain, limits, requestTimeoutMs) => {
  const MAX_CALLS = 1_024
  const DRAINED = 512
  const HEAD_BYTES = 96
  const MAX_TIMEOUT_MS = 3_600_000
  /** When the host's burst is whole again. */
  let restored = 0
  /** @type {any} */
  let timer
  let lastId = 0

  /** The open ones, in the order they were made. */
  const calls = () => [...entries].filter((entry) => entry.text)

  /** Writes what the host's window and rate allow. */
  const flush = () => {
    if (sm.state != 'ready') return
    clearTimeout(timer)
    const { window, ratePerSecond, burst, maxFrameBytes } = limits()
    const gap = ratePerSecond && 1_000 / ratePerSecond
    for (const call of /** @type {any[]} */ (calls().slice(0, window))) {
      if (call.sent) continue
      if (new Blob([call.text]).size + HEAD_BYTES > maxFrameBytes) {
        call.end({ code: 'E_TOO_LARGE' })
        continue
      }
      restored = Math.max(restored, performance.now())
      const early = restored - performance.now() - (burst - 1) * gap
      if (early > 0) return (timer = setTimeout(flush, early))
      restored += gap
      call.sent = true
      send({ type: 'request', deadlineMs: Math.max(0, call.until - performance.now()) | 0, ...parse(call.text) })
    }
  }

  /**
   * @param {string} method @param {any} [payload] @param {any} [options]
   * @param {string} [member] of the answer, where it is not all of it
   * @returns {Promise<any>}
   */
  const request = async (method, payload = {}, { contactId, signal, timeoutMs = requestTimeoutMs, idempotencyKey = KEYED.test(method) ? uuid() : undefined } = {}, member) => {
    try {
      need(!/^$|.{65}/s.test(idempotencyKey), 'idempotencyKey', '1 to 64 characters')
      need(timeoutMs === +timeoutMs && timeoutMs >= 1 && timeoutMs <= MAX_TIMEOUT_MS, 'timeoutMs', `1 to ${MAX_TIMEOUT_MS}`)
      const event = `q${++lastId}`
      const text = toJson({ id: event, method: `${method}`, contactId: contactId?.toString(), idempotencyKey, payload })
      need(/"payload":{/.test(text), 'payload', 'an object')
      if (sm.state == 'idle') throw fail('E_NOT_READY', 'call init() first')
      if (calls().length >= MAX_CALLS) throw fail('E_OUTBOX_FULL', 'wait for drain')
      const result = await outcomeOf((resolve) => {
        enter({
          // The host's own answer has to come first: half a second earlier, or half the time where that is more.
          event, text, until: performance.now() + Math.max(timeoutMs - 500, timeoutMs / 2),
          ended({ type, ...outcome }) {
            if (!type && this.sent) send({ type: 'cancel', id: event })
            resolve({ executed: this.sent ? 'unknown' : 'no', ...outcome })
            if (calls().length == DRAINED) drain()
            flush()
          },
        }, { signal, timeoutMs })
        flush()
      })
      return member ? result[member] : result
    } catch (/** @type {any} */ error) {
      if (member == 'contact' && /CONT|OUN/.test(error.code)) return null
      // The key is on every error of a call, so that a retry can repeat it.
      throw Object.assign(error.executed ? error : fail('E_BAD_REQUEST', error.message, { cause: error }), idempotencyKey && { idempotencyKey })
    }
  }

  return { calls, flush, request }
}
