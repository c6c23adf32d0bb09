// @ts-check
import { Backoff } from '../browser/embed-backoff.js'
import { goodbyeFrame } from '../browser/embed-frames.js'
import { Relay } from '../browser/embed-relay.js'
import { badRequest, SmartAgentError } from '../errors.js'
import { warn } from '../events.js'
import { checkedUrl } from '../transports.js'
import { electronModule } from './floor.js'
import { Door } from './gate.js'
import { assertWebContents, senderOf } from './sender.js'

/** As the desktop's owner ends a plugin. */
const REMOVED = 4513
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1])$/

/** See main.d.ts. @type {typeof import('./main.js').connectPlugin} */
export function connectPlugin(webContents, options) {
  assertWebContents(webContents)
  const { url, token, plugin, origin, frame = webContents, allowInsecure = false } = options ?? {}
  const address = secureUrl(url, allowInsecure)
  if (token != null && typeof token !== 'string' && typeof token !== 'function') {
    throw badRequest('token must be a string or a function that gives one', 'token')
  }
  if (plugin !== undefined && !/^[a-z0-9._-]{1,64}$/.test(plugin)) {
    throw badRequest('plugin must be 1 to 64 of a-z, 0-9, ".", "_" and "-"', 'plugin')
  }
  const electron = electronModule(options.electron)
  if (typeof globalThis.WebSocket !== 'function') {
    throw new SmartAgentError('E_UNAVAILABLE', 'this process has no WebSocket', { retryable: false })
  }
  const sender = senderOf(frame, origin, electron)
  if (sender.webContents !== webContents) throw badRequest('the frame belongs to another WebContents', 'frame')
  // It outlives the links, so that a page that asks at once does not hammer a host that is gone.
  const backoff = new Backoff()
  const door = new Door(sender, electron, (port, shown) => {
    const settings = { host: address, plugin, token: stringToken(token), origin: options.embed === true ? shown : undefined }
    return relay(port, settings, backoff)
  })
  return { close: () => door.close() }
}

/**
 * Carries one document's port to the host. What it opens says nothing of the window, and nothing goes on with it: the
 * document is gone, or asks for a port of its own.
 * @param {import('./main.js').ElectronPort} port
 * @param {import('../browser/embed-relay.js').Settings} settings
 * @param {Backoff} backoff
 */
function relay(port, settings, backoff) {
  const quiet = () => {}
  const ends = { ready: quiet, waiting: quiet, responding: quiet, ended: told, left: quiet }
  const one = new Relay(/** @type {any} */ (likePageOf(port)), settings, backoff, ends)
  port.on('close', () => one.close(1000))
  return () => one.close(1000, goodbyeFrame(REMOVED, 'the window no longer serves the plugin', false))
}

/** @param {string} message @param {{ code: string }} [stop] */
function told(message, stop) {
  if (stop !== undefined && stop.code !== 'E_CLOSED') warn(`a plugin's window lost its link for good: ${stop.code}: ${message}`, stop.code)
}

/** A port of main with the handlers of a page's. @param {import('./main.js').ElectronPort} port */
function likePageOf(port) {
  const page = {
    /** @type {((event: { data: any }) => void) | null} */
    onmessage: null,
    onmessageerror: null,
    postMessage: (/** @type {string} */ text) => port.postMessage(text),
    close: () => port.close(),
  }
  port.on('message', (event) => page.onmessage?.(event))
  // Not before the relay has set its handler, which it does at once.
  queueMicrotask(() => port.start())
  return page
}

/** @param {import('../options.js').Token} token @returns {string | (() => Promise<string>) | undefined} */
function stringToken(token) {
  if (token == null || typeof token === 'string') return token ?? undefined
  return async () => {
    const given = await token()
    if (given != null && typeof given !== 'string') throw new TypeError('token() must give a string')
    return /** @type {string} */ (given ?? undefined)
  }
}

/** @param {unknown} url @param {boolean} allowInsecure */
function secureUrl(url, allowInsecure) {
  const address = checkedUrl(url, 'url')
  const { protocol, hostname } = new URL(address)
  if (protocol === 'wss:' || allowInsecure === true || LOOPBACK.test(hostname)) return address
  throw badRequest('url is ws:// beyond this machine: use wss://, or set allowInsecure', 'url')
}
