// @ts-check
/// <reference lib="dom" />
import { uuid } from './uuid.js'

/** A knock is repeated: the desktop may not listen yet. */
const KNOCK_AT_TENTHS = [0, 1, 3, 10, 30]
const LOOPBACK = /^https?:..(localhost|127\.0\.0\.1|\[::1])(:|$)/

/**
 * Knocks on the parent window until the signal is aborted. Nothing but versions and a random number is sent before the
 * offer's source, number and origin have been checked. It is refused with a code and a message.
 * @param {{ window: any, allowedOrigins?: readonly string[], signal: AbortSignal }} options
 * @returns {Promise<MessagePort>}
 */
export const seek = ({ window, allowedOrigins, signal }) => new Promise((resolve, reject) => {
  const parent = window?.parent
  const nonce = uuid()
  if (!parent || parent == window) throw { code: 'E_NOT_EMBEDDED', message: 'not in a frame' }
  KNOCK_AT_TENTHS.map((tenths) => setTimeout(() => signal.aborted || parent.postMessage(`{"smartagent":"knock","versions":[1],"nonce":"${nonce}"}`, '*'), tenths * 100))
  window.addEventListener('message', (/** @type {MessageEvent} */ { source, data, origin, ports: [port] }) => {
    // Only the parent knows the number.
    if (source != parent || !port || !RegExp(nonce).test(data)) return
    if (allowedOrigins?.includes(origin) ?? LOOPBACK.test(origin)) return resolve(port)
    port.close()
    reject({ code: 'E_ORIGIN', message: `${origin} is not in allowedOrigins` })
  }, { signal })
})
