// @ts-check
import { fail } from './error.js'
import { parse, stringify } from './json.js'
import { KEYED } from './names.js'
import { uuid } from './uuid.js'
import { outcomeOf } from './waiting.js'

/** @typedef {import('./waiting.js').Entry} Entry */

/**
 * What the plugin asks for, from the call to its one outcome.
 * @param {any} sm the client @param {Set<Entry>} entries @param {(entry: Entry, options: any) => Entry} enter
 * @param {(frame: any) => any} post numbers a frame and posts it @param {(event: string) => void} emit
 * @param {() => any} limits @param {number} requestTimeoutMs
 */
export const createCalls = (sm, entries, enter, post, emit, limits, requestTimeoutMs) => {
  const MAX_CALLS = 1_024
  const DRAINED = 512
  const HEAD_BYTES = 96
  const MAX_TIMEOUT_MS = 3_600_000
  /** What would break the link instead of being refused. */
  const SOUND = /"me\w+":"[$a-z_]+",("c\w+":".*",)?("i\w+":".{1,64}",)?"p\w+":{/
  let lastId = 0

  /** The open ones, in the order they were made. @returns {any[]} */
  const calls = () => [...entries].filter((entry) => entry.send)

  /** Writes what the host's window allows. */
  const flush = () => {
    if (sm.state == 'ready') calls().slice(0, limits().window).map((call) => call.send())
  }

  /**
   * @param {string} method @param {any} [payload] @param {any} [options]
   * @param {number} [only] whether the one member of the answer is wanted; 2: or null, where there is no such contact
   * @returns {Promise<any>}
   */
  const request = async (method, payload = {}, { contactId, signal, timeoutMs = requestTimeoutMs, idempotencyKey = KEYED.test(method) ? uuid() : undefined } = {}, only) => {
    try {
      // The host's own answer has to come first: half a second earlier, or half the time where that is more.
      const until = performance.now() + Math.max(timeoutMs - 500, timeoutMs / 2)
      const event = `q${++lastId}`
      /** @type {any} */
      let sent
      const text = stringify({ id: event, method, contactId, idempotencyKey, payload }, (key, value) => {
        // What JSON would leave out without a word.
        if (/nct|sym/.test(typeof value)) throw TypeError(key)
        return value?.toWellFormed?.() ?? value
      })
      if (!(timeoutMs <= MAX_TIMEOUT_MS && SOUND.test(text))) throw TypeError('check method, payload and options')
      if (sm.state == 'idle') throw fail('E_NOT_READY', 'init() first')
      if (calls().length >= MAX_CALLS) throw fail('E_OUTBOX_FULL', 'wait for drain')
      const result = await outcomeOf((resolve) => {
        enter({
          event,
          send() {
            if (new TextEncoder().encode(text).length + HEAD_BYTES > limits().maxFrameBytes) this.end({ code: 'E_TOO_LARGE' })
            else sent ||= [post({ type: 'request', deadlineMs: Math.max(0, until - performance.now()) | 0, ...parse(text) })]
          },
          close({ type, ...outcome }) {
            if (!type && sent) post({ type: 'cancel', id: event })
            resolve({ executed: sent ? 'unknown' : 'no', code: type == 'welcome' && (sent ? 'E_OUTCOME_UNKNOWN' : 'E_UNAVAILABLE'), ...outcome })
            if (calls().length == DRAINED) emit('drain')
            flush()
          },
        }, { signal, timeoutMs })
        flush()
      })
      return only ? Object.values(result)[0] : result
    } catch (/** @type {any} */ error) {
      if (only == 2 && /CONT|OUN/.test(error.code)) return null
      // The key is on every error of a call, so that a retry can repeat it.
      throw Object.assign(error.executed ? error : fail('E_BAD_REQUEST', error.message, { cause: error }), idempotencyKey && { idempotencyKey })
    }
  }

  return /** @type {const} */ ([request, flush, calls])
}
