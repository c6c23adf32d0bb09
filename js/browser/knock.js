// @ts-check
/// <reference lib="dom" />
import { seek } from './seek.js'

/**
 * @typedef {object} Asking
 * @property {any} window the frame that asks
 * @property {number} timeoutMs
 * @property {(code: string, message: string) => unknown} fail makes the error to reject with
 * @property {AbortSignal} [signal] gives up, with its reason
 */

/**
 * Asks the parent window for a link: the plugin's half of the handshake of a MessagePort, for who has no client around
 * it. It rejects with `E_NOT_EMBEDDED` (in the same tick), `E_ORIGIN` or `E_NO_HOST`.
 * @param {Asking & { allowedOrigins?: readonly string[] }} options default: any port of this machine
 * @returns {Promise<{ port: MessagePort }>}
 */
export function knock({ timeoutMs, signal, ...asking }) {
  return new Promise((resolve, reject) => {
    const done = new AbortController()
    const give = (/** @type {unknown} */ error) => {
      reject(error)
      end()
    }
    const aborted = () => give(/** @type {AbortSignal} */ (signal).reason)
    const timer = setTimeout(() => give(asking.fail('E_NO_HOST', `no desktop answered within ${timeoutMs} ms`)), timeoutMs)
    const end = () => {
      done.abort()
      clearTimeout(timer)
      signal?.removeEventListener('abort', aborted)
    }
    signal?.addEventListener('abort', aborted)
    if (signal?.aborted) return aborted()
    seek({ ...asking, signal: done.signal }).then((port) => {
      resolve({ port })
      end()
    }, ({ code, message }) => give(asking.fail(code, message)))
  })
}
