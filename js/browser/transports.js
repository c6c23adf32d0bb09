// @ts-check
import { fail } from './error.js'
import { askPreload } from './preload-port.js'
import { seek } from './seek.js'

/**
 * @typedef {object} Transport
 * @property {string} kind
 * @property {any} [window] whose link it is: a document has one
 * @property {boolean} [once] whether a port that is lost ends the client
 * @property {(asking: any) => Promise<any>} open gives a port, or is refused with a code and a message
 */

/** The desktop whose iframe this page is in. @param {any} [options] @returns {Transport} */
export const parentWindow = (options) => ({ kind: 'parent-window', window: globalThis, open: seek, ...options })

/** The preload script of this Electron window. @param {any} [options] @returns {Transport} */
export const preloadPort = (options) => ({ kind: 'preload-port', window: globalThis, open: askPreload, ...options })

/** A port that the page got in another way. It has one life. @param {any} port @returns {Transport} */
export const messagePort = (port) => ({
  kind: 'port', window: new EventTarget(), once: true,
  async open() {
    const given = port
    port = undefined
    if (given) return given
    throw { code: 'E_CLOSED', message: 'this port was used already: open another one and make a new messagePort()' }
  },
})

/** @returns {never} */
export const websocket = () => {
  throw fail('E_UNAVAILABLE', 'websocket() is for Node; a page uses parentWindow()', { retryable: false })
}
