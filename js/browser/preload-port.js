// @ts-check
/// <reference lib="dom" />
import { uuid } from './uuid.js'

const ASK_AT_MS = [0, 100, 300, 1_000, 3_000]

/**
 * Asks the preload script of an Electron window for a port. Both sides speak by `window.postMessage` of this very
 * window, in JSON strings, so that nothing has to be exposed in the page:
 *
 * - page → preload: `{"smartagent":"port?","nonce":N}`, repeated with the same N until it is answered. The preload takes a
 *   message whose `source` is its own `window` and whose `origin` is the frame's own, and answers each N once;
 * - preload → page: `{"smartagent":"port","nonce":N}` with the port as the only transferred object;
 * - then both ends speak SmartAgent Link on the port. When it was lost, the page asks again with a new N, and the preload
 *   closes what it had handed out before.
 *
 * @param {{ window: any, signal: AbortSignal }} options
 * @returns {Promise<MessagePort>}
 */
export const askPreload = ({ window, signal }) => new Promise((resolve, reject) => {
  if (!window?.postMessage) throw { code: 'E_NOT_EMBEDDED', message: 'preloadPort() is for the page of an Electron window' }
  const nonce = uuid()
  const timers = ASK_AT_MS.map((ms) => setTimeout(() => window.postMessage(`{"smartagent":"port?","nonce":"${nonce}"}`, '*'), ms))
  const stop = () => timers.forEach(clearTimeout)
  signal.addEventListener('abort', stop)
  window.addEventListener('message', (/** @type {MessageEvent} */ { source, data, origin, ports: [port] }) => {
    if (source != window || !port || !/"port"/.test(data) || !data.includes(nonce)) return
    stop()
    if (origin == window.origin) return resolve(port)
    port.close()
    reject({ code: 'E_ORIGIN', message: `${origin} offers a link in place of the preload script` })
  }, { signal })
})
