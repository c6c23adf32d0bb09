// @ts-check
import { createDesk } from './desk.js'
import { fail } from './error.js'
import { parse, stringify } from './json.js'
import { parentWindow } from './transports.js'
import { uuid } from './uuid.js'
import { outcomeOf } from './waiting.js'

/**
 * The life of a client: idle → connecting → ready ⇄ interrupted → closed, and again.
 * @param {any} sm the client, whose `state` and methods these are @param {any} [options]
 */
export const createSession = (sm, {
  transport = parentWindow(), connectTimeoutMs = 10_000, requestTimeoutMs = 10_000, reconnect = true, token, plugin, want, ...asking
} = {}) => {
  /** A bare ack goes out after so many frames, or so late. */
  const ACK_AFTER = 32
  const ACK_AFTER_MS = 200
  /** Marks the window whose link is taken: a document has one. */
  const LIVE = 'smartagent:live'
  const { window, open, once } = transport
  const instance = uuid()
  let seq = 0, taken = 0, told = 0, until = 0, tries = 0
  /** @type {any} */
  let port
  /** @type {any} the promise of `init()` */
  let init
  /** @type {any} */
  let settle
  /** @type {any} */
  let attempt
  /** @type {any} */
  let timer
  /** @type {any} */
  let ackTimer

  /** Every frame carries what was taken. @param {any} frame */
  const post = (frame) => port?.postMessage(stringify({ ...frame, ack: told = taken }))
  const acknowledge = () => {
    ackTimer = 0
    if (told < taken) post({ type: 'ack' })
  }

  const [emit, hear, greet, end] = createDesk(sm, (frame) => post({ ...frame, seq: ++seq }), requestTimeoutMs, instance)

  /** The link is gone: dial again, or end. @param {any} frame the last one, or what stands for it */
  const lost = ({ closeCode, message, reason = message, code, retryAfterMs = 0, cause }) => {
    const was = sm.state
    const connecting = was == 'connecting'
    const stops = closeCode > 4499 || closeCode == 1000
    const over = stops || once || !reconnect || connecting && closeCode == 4008
    clearTimeout(timer)
    attempt?.abort()
    port?.close()
    port = null
    sm.state = over ? connecting && closeCode != 1000 ? 'idle' : 'closed' : connecting ? was : 'interrupted'
    if (sm.state != was) emit(sm.state, { code: closeCode, reason })
    if (!over) timer = setTimeout(dial, Math.max(100 + Math.random() * Math.min(reconnect.maxDelayMs ?? 20_000, 500 * 2 ** tries++), Math.min(retryAfterMs, 60_000)))
    else {
      const outcome = { code: code ?? (stops ? 'E_CLOSED' : 'E_UNAVAILABLE'), message: reason, cause }
      if (init) init = window[LIVE] = settle(outcome)
      end(outcome)
    }
  }

  /** Ends the link from this side. @param {any} frame */
  const leave = (frame) => {
    if (sm.state == 'ready') post(frame)
    lost(frame)
  }

  const goodbye = (/** @type {number} */ closeCode, /** @type {string} */ reason) => leave({ type: 'goodbye', closeCode, reason, resume: false })

  const dial = async () => {
    const { signal } = attempt = new AbortController()
    // The first link has one limit for all attempts.
    if (sm.state != 'connecting') until = performance.now() + connectTimeoutMs
    timer = setTimeout(lost, until - performance.now(), { closeCode: 4008, code: 'E_NO_HOST', message: 'no answer' })
    try {
      const given = await open({ ...asking, ...transport, signal })
      const secret = token?.call ? await token() : token
      if (signal.aborted) return given.close()
      port = given
      seq = taken = told = 0
      port.onmessage = (/** @type {any} */ { data }) => signal.aborted || receive(data)
      port.addEventListener('close', () => signal.aborted || lost({ closeCode: 1006, message: 'closed' }))
      // A page that comes back from the cache of the browser finds its timer for the next knock.
      window.addEventListener('pagehide', () => goodbye(1001, 'closed'), { signal })
      post({
        type: 'hello', versions: [1], plugin: { ...plugin, instance }, want,
        sdk: { name: 'smartagent-plugin-sdk', version: '0.1.0' },
        auth: secret ? { scheme: 'bearer', token: secret } : undefined,
      })
    } catch (/** @type {any} */ cause) {
      if (!signal.aborted) lost({ closeCode: 4500, code: 'E_AUTH', message: 'token() failed', cause, ...cause })
    }
  }

  const receive = (/** @type {string} */ data) => {
    try {
      const frame = parse(data)
      if (frame.seq && frame.seq != ++taken || frame.ack > seq) throw frame
      if (frame.closeCode) lost(frame)
      else if (sm.state == 'ready') {
        if (frame.type == 'ping') post({ type: 'pong', n: frame.n })
        else hear(frame)
      } else {
        // Only a welcome has one.
        if (frame.version != 1) throw frame
        clearTimeout(timer)
        timer = setTimeout(() => tries = 0, 10_000)
        settle({ result: greet(frame) })
      }
      if (taken >= told + ACK_AFTER) acknowledge()
      else ackTimer ||= setTimeout(acknowledge, ACK_AFTER_MS)
    } catch {
      // What listeners throw never comes here: the host broke the protocol.
      if (port) leave({ type: 'error', code: 'E_PROTOCOL', message: 'bad frame', fatal: true, closeCode: 4500 })
    }
  }

  Object.assign(sm, {
    init() {
      if (init) return init
      if (window[LIVE]) return Promise.reject(fail('E_CONFLICT', 'close() the other first'))
      window[LIVE] = sm.state = 'connecting'
      until = performance.now() + connectTimeoutMs
      dial()
      return init = outcomeOf((resolve) => settle = resolve)
    },

    async close() {
      // Who closes does not want to hear that nothing came of it.
      init?.catch(() => {})
      if (sm.state != 'closed') goodbye(1000, 'closed')
    },

    [Symbol.asyncDispose]: () => sm.close(),
  })
}
