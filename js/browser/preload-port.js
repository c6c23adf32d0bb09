// @ts-check
import { ask } from './knock.js'

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
 * @param {import('./knock.js').Asking} asking
 */
export function askPreload(asking) {
  const { window, fail } = asking
  return ask(window, ['port?', ''], 'port', (origin) => {
    if (origin !== window.origin) throw fail('E_ORIGIN', `${origin} offers a link in place of the preload script`)
  }, asking)
}
