// @ts-check
import { createCalls, now } from './calls.js'
import { fail } from './error.js'
import { parse, toJson } from './json.js'
import { createListeners } from './listeners.js'
import { parentWindow } from './transports.js'
import { uuid } from './uuid.js'

/** Marks the window whose link is taken: a document has one. */
const LIVE = Symbol.for('smartagent')

/**
 * The life of a client: idle → connecting → ready ⇄ interrupted → closed, and again.
 * @param {any} [options]
 */
export const createSession = ({
  transport: { window = new EventTarget(), open, once } = parentWindow(), connectTimeoutMs = 10_000, requestTimeoutMs = 10_000, reconnect = true,
  token, plugin, want, ...asking
} = {}) => {
  /** A bare ack goes out after so many frames, or so late. */
  const ACK_AFTER = 32
  const ACK_AFTER_MS = 200
  const instance = uuid()
  const closed = Promise.resolve()
  let state = 'idle'
  let seq = 0, taken = 0, untold = 0, until = 0, tries = 0, readyAt = 0
  /** @type {any[]} */
  let [port, welcome, init, attempt, timer, ackTimer, over] = []

  const post = (/** @type {any} */ frame, tail = '}') => port?.postMessage(toJson(frame).slice(0, -1) + tail)
  const ack = () => {
    clearTimeout(ackTimer)
    ackTimer = untold = 0
    return taken
  }
  const acknowledge = () => welcome && post({ type: 'ack', ack: ack() })
  const goodbye = (/** @type {number} */ closeCode, /** @type {string} */ reason) => welcome && post({ type: 'goodbye', closeCode, reason, resume: false })

  const { calls, flush, request } = createCalls(() => state, () => welcome?.limits,
    (frame, tail) => post({ seq: ++seq, ack: ack(), ...frame }, tail), () => emit('drain'), requestTimeoutMs)

  const { all, deliver, emit, hold, listen, report, ...listening } = createListeners(() => welcome, () => over, request)

  const hangUp = () => {
    clearTimeout(timer)
    attempt?.abort()
    port?.close()
    port = welcome = null
  }

  const end = (/** @type {number} */ code, /** @type {any} */ error) => {
    const outcome = { error: { code: error.code, message: error.message } }
    const failed = state == 'connecting' && code != 1000
    const its = init
    hangUp()
    hold(true)
    init = null
    if (its) {
      its.life.abort()
      its.reject(error)
      window[LIVE] = 0
    }
    calls.forEach((call) => call.end(outcome))
    state = failed ? 'idle' : 'closed'
    if (failed) return
    over = outcome
    if (its) emit('closed', { code, reason: error.message })
    all().forEach((entry) => entry.ended && entry.end(over))
  }

  /**
   * The link is gone: dial again, or end.
   * @param {number} code @param {string} reason @param {any} [error]
   */
  const lost = (code, reason, error, waitMs = 0) => {
    const was = state
    hangUp()
    if (once || !reconnect || code > 4499 || code == 1000 || (was == 'connecting' && now() >= until)) {
      return end(code, error ?? fail(code == 1000 || code > 4508 ? 'E_CLOSED' : code < 4500 ? 'E_UNAVAILABLE' : 'E_PROTOCOL', reason))
    }
    if (was == 'ready' && now() - readyAt > 10_000) tries = 0
    timer = setTimeout(dial, Math.max(100 + Math.random() * Math.min(reconnect.maxDelayMs ?? 20_000, 500 * 2 ** tries++), Math.min(waitMs, 60_000)))
    if (was != 'ready') return
    state = 'interrupted'
    emit(state, { code, reason })
  }

  const dial = async () => {
    hangUp()
    const { signal } = (attempt = new AbortController())
    timer = setTimeout(() => lost(4008, '', fail('E_NO_HOST', 'no answer in time')), state == 'connecting' ? until - now() : connectTimeoutMs)
    try {
      const given = await open({ ...asking, window, signal, fail })
      const secret = token?.call ? await token() : token
      if (signal.aborted) return given.close()
      port = given
      seq = taken = 0
      port.onmessage = (/** @type {any} */ { data }) => signal.aborted || receive(data, signal)
      port.addEventListener('close', () => signal.aborted || lost(1006, 'port closed'))
      post({
        type: 'hello', versions: [1], plugin: { ...plugin, instance }, want,
        sdk: { name: 'smartagent-plugin-sdk', version: '0.1.0', runtime: 'browser' },
        auth: secret ? { scheme: 'bearer', token: secret } : undefined,
      })
    } catch (/** @type {any} */ cause) {
      if (!signal.aborted) lost(4500, '', cause.code ? cause : fail('E_AUTH', 'token() failed', { cause }))
    }
  }

  const receive = (/** @type {string} */ data, /** @type {AbortSignal} */ signal) => {
    try {
      const frame = parse(data)
      if ((frame.seq ?? taken + 1) != taken + 1 || frame.ack > seq) throw frame
      hear(frame)
      // A listener may have closed the link.
      if (signal.aborted) return
      flush()
      if (!frame.seq) return
      taken++
      if (++untold >= ACK_AFTER) acknowledge()
      else ackTimer ||= setTimeout(acknowledge, ACK_AFTER_MS)
    } catch {
      // What listeners throw never comes here: the host broke the protocol.
      if (signal.aborted) return
      post({ type: 'error', code: 'E_PROTOCOL', message: 'bad frame', fatal: true, closeCode: 4500 })
      lost(4500, 'bad frame')
    }
  }

  const hear = (/** @type {any} */ frame) => {
    const { type, closeCode, reason, message, n } = frame
    const error = message && fail(frame.code, message)
    if (closeCode) lost(closeCode, reason ?? message, error, frame.retryAfterMs)
    else if (!welcome) greet(frame)
    else if (type == 'event') deliver(frame)
    else if (type == 'response') calls.get(frame.id)?.end(frame)
    else if (type == 'ping') post({ type: 'pong', n, ack: ack() })
    else if (message) report(error)
  }

  const greet = (/** @type {any} */ given) => {
    const { version: protocol, granted, denied, host, snapshot, reason } = given
    if (protocol != 1) return lost(4506, '', fail('E_VERSION', 'this plugin speaks version 1'))
    const { user, companyId, contacts } = snapshot
    const facts = { user, companyId, contacts, granted, denied, host, protocol, plugin: { type: null, ...given.plugin, instance } }
    const again = state != 'connecting'
    const unsettled = calls.size
    clearTimeout(timer)
    if (again) calls.forEach(({ sent, end }) => end({ error: { code: sent ? 'E_OUTCOME_UNKNOWN' : 'E_UNAVAILABLE', message: 'the session ended' } }))
    hold(again)
    welcome = given
    readyAt = now()
    state = 'ready'
    init.resolve(facts)
    flush()
    emit(state, facts)
    all().forEach(listen)
    if (again && welcome) emit('resync', { reason, snapshot, unsettled })
  }

  return {
    ...listening, request,
    state: () => state,

    init() {
      if (init) return init.promise
      if (window[LIVE]) return Promise.reject(fail('E_CONFLICT', 'close() the other SmartAgent first'))
      const life = window[LIVE] = new AbortController()
      window.addEventListener('pagehide', () => lost(1001, 'hidden', goodbye(1001, 'hidden')), life)
      window.addEventListener('pageshow', (/** @type {any} */ { persisted }) => persisted && dial(), life)
      until = now() + connectTimeoutMs
      state = 'connecting'
      over = null
      const promise = new Promise((resolve, reject) => init = { resolve, reject, life })
      init.promise = promise
      dial()
      return promise
    },

    close() {
      if (state != 'closed') {
        goodbye(1000, 'closed')
        // Who closes does not want to hear that nothing came of it.
        init?.promise.catch(() => {})
        end(1000, fail('E_CLOSED', 'closed'))
      }
      return closed
    },
  }
}
