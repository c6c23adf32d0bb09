// @ts-check
import { fail, need } from './error.js'
import { toJson } from './json.js'

const OUTBOX_FRAMES = 1_024
const OUTBOX_BYTES = 1_048_576
const HEAD_BYTES = 96
const MAX_FRAME_BYTES = 131_072
const MAX_TIMEOUT_MS = 3_600_000

/** @typedef {{ tail: string, size: number, until: number, sent?: boolean, settle: (outcome: any) => void }} Call */

export const now = () => performance.now()

/**
 * What the plugin asks for, from the call to its one outcome.
 * @param {() => string} state @param {() => any} limits the host's, while the link is up
 * @param {(type: string, members: string) => void} send numbers a frame and posts it
 * @param {() => void} drain @param {number} requestTimeoutMs
 */
export const createCalls = (state, limits, send, drain, requestTimeoutMs) => {
  /** Open calls in the order they were made. @type {Map<string, Call>} */
  const calls = new Map()
  let [load, next, lastId] = [0, 0, 0]
  let full = false
  /** @type {any} */
  let paceTimer

  /** Writes what the host's window and rate allow. */
  const flush = () => {
    clearTimeout(paceTimer)
    let { window: room, windowBytes, ratePerSecond: rate, burst } = limits() ?? { window: 0 }
    const gap = rate && 1_000 / rate
    for (const call of calls.values()) {
      if (!room-- || (windowBytes -= call.size) < 0) return
      if (call.sent) continue
      const at = now()
      next = Math.max(next, at)
      const early = next - at - (burst - 1) * gap
      if (early > 0) return (paceTimer = setTimeout(flush, early))
      next += gap
      call.sent = true
      send('request', `,"deadlineMs":${Math.max(0, Math.ceil(call.until - at))}${call.tail}`)
    }
  }

  /** Adds the call and waits until it is settled. @param {string} id @param {Call} call @param {number} timeoutMs @param {AbortSignal} [signal] */
  const outcomeOf = async (id, call, timeoutMs, signal) => {
    const stop = (/** @type {string} */ code, /** @type {any} */ details) => {
      call.settle({ error: { code, message: 'no answer', ...details } })
      if (call.sent) send('cancel', `,"id":"${id}"`)
    }
    const abort = () => stop('E_CANCELLED', { message: 'aborted', cause: signal?.reason })
    const timer = setTimeout(stop, timeoutMs, 'E_TIMEOUT')
    const outcome = await new Promise((resolve) => {
      call.settle = (given) => {
        calls.delete(id)
        resolve(given)
      }
      calls.set(id, call)
      signal?.addEventListener('abort', abort)
      if (signal?.aborted) abort()
      else flush()
    })
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
    return outcome
  }

  return {
    calls, flush,

    /** @param {(sent?: boolean) => any} errorOf */
    settleAll: (errorOf) => calls.forEach(({ sent, settle }) => settle({ error: errorOf(sent) })),

    /**
     * @param {string} method @param {any} members @param {AbortSignal} [signal] @param {number} [timeoutMs]
     * @returns {Promise<any>}
     */
    async request(method, members, signal, timeoutMs = requestTimeoutMs) {
      const id = `q${++lastId}`
      const tail = `,"id":"${id}","method":"${method}",${toJson(members).slice(1, -1)}`
      need(/"payload":{/.test(tail), 'payload', 'an object')
      need(!signal || signal.addEventListener, 'signal', 'an AbortSignal')
      need(timeoutMs / 1 === timeoutMs && timeoutMs >= 1 && timeoutMs <= MAX_TIMEOUT_MS, 'timeoutMs', `1 to ${MAX_TIMEOUT_MS}`)
      const size = new TextEncoder().encode(tail).length
      const most = limits()?.maxFrameBytes ?? MAX_FRAME_BYTES
      if (state() == 'closed') throw fail('E_CLOSED', 'the client is closed')
      if (state() == 'idle') throw fail('E_NOT_READY', 'call init() first')
      if (size + HEAD_BYTES > most) throw fail('E_TOO_LARGE', `the host takes ${most} bytes`)
      if (calls.size >= OUTBOX_FRAMES || load + size > OUTBOX_BYTES) {
        full = true
        throw fail('E_OUTBOX_FULL', 'wait for drain')
      }
      load += size
      // The host's own answer has to come first: half a second earlier, or half the time where that is more.
      const call = /** @type {Call} */ ({ tail, size, until: now() + Math.max(timeoutMs - 500, timeoutMs / 2) })
      const { result, error } = await outcomeOf(id, call, timeoutMs, signal)
      load -= size
      if (full && load <= OUTBOX_BYTES / 2 && calls.size <= OUTBOX_FRAMES / 2) {
        full = false
        drain()
      }
      // Made here, so that it has the stack of its caller.
      if (error) throw fail(error.code, error.message, { executed: call.sent ? 'unknown' : 'no', ...error })
      return result
    },
  }
}
