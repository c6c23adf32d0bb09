// @ts-check
import { fail, need } from './error.js'
import { toJson } from './json.js'
import { lease, needSignal, outcomeOf } from './lease.js'
import { KEYED } from './names.js'
import { uuid } from './uuid.js'

/** @typedef {{ tail: string, until: number, sent?: boolean, end?: any }} Call */

export const now = () => performance.now()

/**
 * What the plugin asks for, from the call to its one outcome.
 * @param {() => string} state @param {() => any} limits the host's, while the link is up
 * @param {(frame: any, tail?: string) => void} send numbers a frame and posts it
 * @param {() => void} drain @param {number} requestTimeoutMs
 */
export const createCalls = (state, limits, send, drain, requestTimeoutMs) => {
  const MAX_CALLS = 1_024
  const HEAD_BYTES = 96
  const MAX_FRAME_BYTES = 131_072
  const MAX_TIMEOUT_MS = 3_600_000
  /** Open calls in the order they were made. @type {Map<string, Call>} */
  const calls = new Map()
  let next = 0
  let lastId = 0
  let full = false
  /** @type {any} */
  let paceTimer

  /** Writes what the host's window and rate allow. */
  const flush = () => {
    clearTimeout(paceTimer)
    let { window: room = 0, ratePerSecond: rate, burst } = limits() ?? {}
    const gap = rate && 1_000 / rate
    for (const call of calls.values()) {
      if (!room--) return
      if (call.sent) continue
      next = Math.max(next, now())
      const early = next - now() - (burst - 1) * gap
      if (early > 0) return (paceTimer = setTimeout(flush, early))
      next += gap
      call.sent = true
      send({ type: 'request', deadlineMs: Math.max(0, call.until - now()) | 0 }, call.tail)
    }
  }

  return {
    calls, flush,

    /**
     * @param {string} method @param {any} [payload] @param {any} [options]
     * @param {string} [member] of the answer, where it is not all of it
     * @returns {Promise<any>}
     */
    async request(method, payload = {}, { contactId, signal, timeoutMs = requestTimeoutMs, idempotencyKey = KEYED.test(method) ? uuid() : undefined } = {}, member) {
      try {
        need(contactId !== '', 'contactId', 'given')
        need(!/^$|.{65}/s.test(idempotencyKey), 'idempotencyKey', '1 to 64 characters')
        const id = `q${++lastId}`
        const tail = ',' + toJson({ id, method: `${method}`, contactId: contactId?.toString(), idempotencyKey, payload }).slice(1)
        need(/"payload":{/.test(tail), 'payload', 'an object')
        needSignal(signal)
        need(timeoutMs === +timeoutMs && timeoutMs >= 1 && timeoutMs <= MAX_TIMEOUT_MS, 'timeoutMs', `1 to ${MAX_TIMEOUT_MS}`)
        const most = limits()?.maxFrameBytes ?? MAX_FRAME_BYTES
        if (state() == 'closed') throw fail('E_CLOSED', 'closed')
        if (state() == 'idle') throw fail('E_NOT_READY', 'call init() first')
        if (new TextEncoder().encode(tail).length + HEAD_BYTES > most) throw fail('E_TOO_LARGE', `the host takes ${most} bytes`)
        if (calls.size >= MAX_CALLS) {
          full = true
          throw fail('E_OUTBOX_FULL', 'wait for drain')
        }
        // The host's own answer has to come first: half a second earlier, or half the time where that is more.
        const call = /** @type {Call} */ ({ tail, until: now() + Math.max(timeoutMs - 500, timeoutMs / 2) })
        const result = await outcomeOf((resolve) => {
          calls.set(id, call)
          call.end = lease(signal, timeoutMs, ({ error, result, early }) => {
            calls.delete(id)
            if (early && call.sent) send({ type: 'cancel', id })
            resolve({ result, error: error && { executed: call.sent ? 'unknown' : 'no', ...error } })
            if (full && calls.size <= MAX_CALLS / 2) {
              full = false
              drain()
            }
          })
          flush()
        })
        return member ? result[member] : result
      } catch (/** @type {any} */ error) {
        if (member == 'contact' && /^E_NO(_C|T_F)/.test(error.code)) return null
        // As on every error of a call, so that a retry can repeat it.
        throw Object.assign(error, idempotencyKey && { idempotencyKey })
      }
    },
  }
}
