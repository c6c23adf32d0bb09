// @ts-check
/// <reference lib="dom" />
import { uuid } from './uuid.js'

/**
 * @typedef {object} Asking
 * @property {Window} window the frame that asks
 * @property {number} timeoutMs
 * @property {(code: string, message: string) => unknown} fail makes the error to reject with
 * @property {AbortSignal} [signal] gives up, with its reason
 */

/** When a question is repeated: who should answer may not listen yet. */
const REPEAT_AT_MS = [100, 300, 1_000, 3_000, 6_000]
const LOOPBACK = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1])(:\d+)?$/

/**
 * Asks the parent window for a link: the plugin's half of the handshake of a MessagePort. Nothing but versions and a
 * random number is sent before the offer's source, number and origin have been checked. It rejects with
 * `E_NOT_EMBEDDED` (in the same tick), `E_ORIGIN` or `E_NO_HOST`.
 * @param {Asking & { allowedOrigins?: readonly string[] }} options default: any port of this machine
 * @returns {Promise<{ port: MessagePort, origin: string }>}
 */
export function knock({ allowedOrigins, ...asking }) {
  const { window: { parent } = /** @type {any} */ ({}), window, fail } = asking
  return !parent || parent === window
    ? Promise.reject(fail('E_NOT_EMBEDDED', 'this page is not in an iframe of a desktop'))
    : ask(parent, ['knock', '"versions":[1],'], 'offer', (origin) => {
      if (allowedOrigins ? !allowedOrigins.includes(origin) : !LOOPBACK.test(origin)) {
        throw fail('E_ORIGIN', `${origin} offers a link; is it your desktop? Then add it to the option allowedOrigins`)
      }
    }, asking)
}

/**
 * Posts a question to a window until that window answers with a port.
 * @param {Window} target
 * @param {[question: string, members: string]} question
 * @param {string} answer
 * @param {(origin: string) => void} check throws where the port must not be used
 * @param {Asking} asking
 * @returns {Promise<{ port: MessagePort, origin: string }>}
 */
export function ask(target, [question, members], answer, check, { window, timeoutMs, fail, signal }) {
  return new Promise((resolve, reject) => {
    const nonce = uuid()
    const done = new AbortController()
    const post = () => target.postMessage(`{"smartagent":"${question}",${members}"nonce":"${nonce}"}`, '*')
    const timers = REPEAT_AT_MS.map((ms) => setTimeout(post, ms))
    const listen = (/** @type {EventTarget} */ to, /** @type {string} */ name, /** @type {(event: any) => void} */ listener) =>
      to.addEventListener(name, listener, { signal: done.signal })
    const end = (/** @type {(value: any) => void} */ settle, /** @type {unknown} */ value) => {
      timers.forEach(clearTimeout)
      done.abort()
      settle(value)
    }
    timers.push(setTimeout(() => end(reject, fail('E_NO_HOST', `no desktop answered within ${timeoutMs} ms`)), timeoutMs))
    if (signal) listen(signal, 'abort', () => end(reject, signal.reason))
    listen(window, 'message', ({ source, data, origin, ports: [port] }) => {
      if (source !== target || !port) return
      try {
        const said = JSON.parse(data)
        if (said.smartagent !== answer || said.nonce !== nonce) return
      } catch {
        return
      }
      try {
        check(origin)
        end(resolve, { port, origin })
      } catch (error) {
        port.close()
        end(reject, error)
      }
    })
    post()
  })
}
