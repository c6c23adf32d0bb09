// @ts-check
import { createCalls, now } from './calls.js'
import { fail } from './error.js'
import { parse, toJson } from './json.js'
import { createListeners, warn } from './listeners.js'
import { createIntroduction } from './introduction.js'
import { parentWindow } from './transports.js'
import { uuid } from './uuid.js'

/** Marks the window whose link is taken: a document has one. */
const LIVE = Symbol.for('smartagent')
/** A bare ack goes out after so many frames, or so late. */
const ACK_AFTER = 32
const ACK_AFTER_MS = 200


/**
 * The life of a client: idle → connecting → ready ⇄ interrupted → closed, and again.
 * @param {any} [options]
 */
export const createSession = ({
  transport: { window, open, once } = parentWindow(), connectTimeoutMs = 10_000, requestTimeoutMs = 10_000, reconnect = true,
  token, plugin, want, ...asking
} = {}) => {
  const instance = uuid()
  let state = 'idle'
  let [seq, taken, untold, until, tries, readyAt] = Array(6).fill(0)
  /** @type {any[]} */
  let [port, welcome, init, attempt, timer, ackTimer, closed] = []

  /** Tells the `error` listeners, or the developer where there are none. @param {any} error @param {string} [event] */
  const report = (error, event) => {
    // An `error` listener that fails must not be told about itself, and nobody hears anything after close().
    if (event == 'error' || state == 'closed' || !emit('error', error)) warn(error)
  }
  const { add, all, call: tell, deliver, emit, entries, hold } = createListeners((event, cause) =>
    report(fail('E_INTERNAL', `a listener of ${event} failed`, { cause, retryable: false }), event))

  const post = (/** @type {string} */ type, /** @type {string} */ members) => port?.postMessage(`{"type":"${type}"${members}}`)
  const ack = () => {
    clearTimeout(ackTimer)
    ackTimer = untold = 0
    return `,"ack":${taken}`
  }
  const acknowledge = () => post('ack', ack())
  const send = (/** @type {string} */ type, /** @type {string} */ members) => post(type, `,"seq":${++seq}${ack()}${members}`)

  const { calls, flush, request, settleAll } = createCalls(() => state, () => welcome?.limits, send, () => emit('drain'), requestTimeoutMs)

  const { listen, meta } = createIntroduction(() => welcome, request, report, tell)

  const hangUp = () => {
    clearTimeout(timer)
    clearTimeout(ackTimer)
    attempt?.abort()
    port?.close()
    port = welcome = null
  }

  const end = (/** @type {number} */ code, /** @type {any} */ error) => {
    const failed = state == 'connecting' && code != 1000
    const its = init
    hangUp()
    if (its) {
      its.life.abort()
      its.reject(error)
      if (window) window[LIVE] = 0
    }
    settleAll(() => ({ code: error.code, message: error.message }))
    init = null
    hold(true)
    state = failed ? 'idle' : 'closed'
    if (failed) return
    if (its) emit('closed', { code, reason: error.message })
    all().forEach((/** @type {any} */ entry) => entry.ended?.(error))
  }

  /** The link is gone: dial again, or end. */
  const lost = (/** @type {number} */ code, /** @type {string} */ reason, /** @type {any} */ error = undefined, waitMs = 0) => {
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
    timer = setTimeout(() => lost(4008, '', fail('E_NO_HOST', 'no desktop answered in time')), state == 'connecting' ? until - now() : connectTimeoutMs)
    try {
      const given = await open({ ...asking, window, signal, fail })
      const secret = token?.call ? await token() : token
      if (signal.aborted) return given.close()
      port = given
      seq = taken = untold = 0
      port.onmessage = (/** @type {any} */ { data }) => given == port && receive(data)
      port.addEventListener('close', () => given == port && lost(1006, 'the port was closed'))
      port.postMessage(toJson({
        type: 'hello', versions: [1], plugin: { ...plugin, instance },
        sdk: { name: 'smartagent-plugin-sdk', version: '0.1.0', runtime: 'browser' },
        auth: secret ? { scheme: 'bearer', token: secret } : undefined, want,
      }))
    } catch (/** @type {any} */ cause) {
      const error = cause.code ? cause : fail('E_AUTH', 'token() failed', { cause })
      if (!signal.aborted) lost(4500, '', error)
    }
  }

  const receive = (/** @type {string} */ data) => {
    const its = port
    try {
      const frame = parse(data)
      const reliable = /^(ev|resp)/.test(frame.type)
      if ((reliable && frame.seq != taken + 1) || frame.ack > seq) throw 0
      hear(frame)
      // A listener may have closed the link.
      if (its != port) return
      flush()
      if (!reliable) return
      taken++
      if (++untold >= ACK_AFTER) acknowledge()
      else ackTimer ||= setTimeout(acknowledge, ACK_AFTER_MS)
    } catch {
      // What listeners throw never comes here: the host broke the protocol.
      if (its != port) return
      const reason = 'bad frame'
      post('error', `,"code":"E_PROTOCOL","message":"${reason}","fatal":true,"closeCode":4500`)
      lost(4500, reason)
    }
  }

  const hear = (/** @type {any} */ frame) => {
    const { type, closeCode, reason, message, event } = frame
    const error = message && fail(frame.code, message)
    if (closeCode) lost(closeCode, reason ?? message, error, frame.retryAfterMs)
    else if (!welcome) greet(frame)
    else if (type == 'event') deliver(event, frame.payload, meta(event, frame.timestamp, frame.seq))
    else if (type == 'response') calls.get(frame.id)?.settle(frame)
    else if (type == 'ping') post('pong', `,"n":${frame.n}${ack()}`)
    else if (message) report(error)
  }

  const greet = (/** @type {any} */ given) => {
    const { version: protocol, plugin: { id, type = null }, granted, denied, host, snapshot, reason } = given
    if (protocol != 1) return lost(4506, '', fail('E_VERSION', 'this plugin speaks version 1'))
    const { user, companyId, contacts } = snapshot
    const facts = { user, companyId, plugin: { id, type, instance }, contacts, granted, denied, host, protocol }
    const again = state != 'connecting'
    const unsettled = calls.size
    clearTimeout(timer)
    if (again) settleAll((sent) => ({ code: sent ? 'E_OUTCOME_UNKNOWN' : 'E_UNAVAILABLE', message: 'the session ended' }))
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
  const part = (/** @type {number} */ code, /** @type {string} */ reason) => void (welcome && post('goodbye', `,"closeCode":${code},"reason":"${reason}","resume":false`))

  return {
    add, entries, request, listen,
    state: () => state,

    init() {
      if (init) return init.promise
      if (window?.[LIVE]) return Promise.reject(fail('E_CONFLICT', 'close() the other SmartAgent first'))
      const life = new AbortController()
      if (window) {
        window[LIVE] = 1
        window.addEventListener('pagehide', () => lost(1001, 'hidden', part(1001, 'hidden')), life)
        window.addEventListener('pageshow', (/** @type {any} */ { persisted }) => persisted && dial(), life)
      }
      until = now() + connectTimeoutMs
      state = 'connecting'
      const promise = new Promise((resolve, reject) => init = { resolve, reject, life })
      init.promise = promise
      dial()
      return promise
    },

    close() {
      if (state == 'closed') return (closed ??= Promise.resolve())
      part(1000, 'closed')
      // Who closes does not want to hear that nothing came of it.
      init?.promise.catch(() => {})
      end(1000, fail('E_CLOSED', 'closed'))
      return (closed = Promise.resolve())
    },
  }
}
