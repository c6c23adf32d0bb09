// @ts-check
import { badRequest, SmartAgentError } from './errors.js'
import { PortClient } from './port-client.js'
import { assertPort } from './port.js'

/**
 * The one member of a transport the SDK calls: `(options, wake) => native client`. Only transports of this package have
 * it; they decide which native client speaks for them. Registered, because js/bundle.js has this module as well.
 */
export const OPEN = Symbol.for('smartagent.open')

/** Whose timers a client's waits use, where they are not the system's. */
export const TIMERS = Symbol.for('smartagent.timers')

/**
 * @typedef {object} NativeClient What the addon, or the test kit's desk, gives for one connection from init() to close().
 * @property {() => void} init
 * @property {(text: string, numbers: Buffer, used: number, count: number) => void} [send] all requests of a tick, as `js/requests.js` writes them
 * @property {(id: number, method: string, payload: string, options: string) => string | null} [request] where there is no `send`:
 *   one request; null, or the error's JSON
 * @property {(id: number) => void} cancel
 * @property {(event: string, heard: boolean) => void} listen
 * @property {(numbers: Buffer) => string | null} [batch] the next deliveries as `js/deliveries.js` reads them, null when there
 *   is nothing; asking for them tells that the listeners of those before have been called
 * @property {(event: string, overlooked: boolean) => void} [overlook] whether payloads of the event need not cross
 * @property {(at: number, numbers: Buffer) => string | null} [again] a delivery of the last batch, with such a payload
 * @property {() => string} [drain] where there is no `batch`: a JSON array of deliveries, empty when there is nothing
 * @property {(ticket: number, token: string | null, error: string | null) => void} token
 * @property {() => void} close says goodbye; a delivery tells the end
 * @property {() => void} release frees what is left; nothing is called after it
 * @typedef {(options: Record<string, unknown>, wake: () => void) => NativeClient} Open
 */

/**
 * A WebSocket to the desktop at `url`.
 * @param {string | URL} url
 * @param {{ token?: import('./options.js').Token, ca?: string | string[], allowInsecure?: boolean }} [options]
 */
export function websocket(url, options = {}) {
  const address = checkedUrl(url, 'url')
  const { token, allowInsecure = false } = options
  const ca = options.ca === undefined ? [] : [options.ca].flat()
  if (ca.some((pem) => typeof pem !== 'string')) throw badRequest('ca must be PEM text, or an array of it', 'ca')
  return Object.freeze({ kind: /** @type {const} */ ('websocket'), url: address, token, ca, allowInsecure: allowInsecure === true })
}

/**
 * A port that somebody else opened. It serves one connection: when it is gone, so is the client.
 * @param {any} port
 */
export function messagePort(port) {
  assertPort(port)
  let used = false
  return dialledPort(async () => {
    if (used) throw new SmartAgentError('E_CLOSED', 'this port was used already: open another one and make a new messagePort()')
    used = true
    return port
  }, { once: true })
}

/**
 * Ports that are fetched anew for every dial.
 * @param {(options: { signal: AbortSignal }) => Promise<any>} dial rejects with a `SmartAgentError` that says what to do; the signal is aborted when nobody waits any more
 * @param {{ once?: boolean, kind?: string }} [options] `once`: whether a port that is lost ends the client
 */
export function dialledPort(dial, { once = false, kind = 'port' } = {}) {
  /** @type {Open} */
  const open = (options, wake) => new PortClient(once ? { ...options, reconnect: false } : options, wake, dial)
  return Object.freeze({ kind, [OPEN]: open })
}

/** For the page of an Electron window, which gets the browser's build of this package. */
export function preloadPort() {
  return dialledPort(async () => {
    throw new SmartAgentError('E_NOT_EMBEDDED', 'preloadPort() is for the page of an Electron window; in main use parentPort() of smartagent-plugin-sdk/electron/main')
  }, { kind: 'preload-port' })
}

/** @param {unknown} url @param {string} path @returns {string} */
export function checkedUrl(url, path) {
  const text = url instanceof URL ? url.href : url
  if (typeof text !== 'string' || !URL.canParse(text)) throw badRequest(`${path} must be an absolute URL`, path)
  const { protocol, username, password } = new URL(text)
  if (protocol !== 'ws:' && protocol !== 'wss:') throw badRequest(`${path} must begin with ws:// or wss://`, path)
  if (username !== '' || password !== '') throw badRequest(`${path} must not carry a user or password; use the token option`, path)
  return text
}
