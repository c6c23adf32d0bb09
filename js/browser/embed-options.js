// @ts-check
/// <reference lib="dom" />
import { SmartAgentError, badRequest } from '../errors.js'

/** A host that takes ports itself. @typedef {import('../../embed.js').PortHost} PortHost */

/**
 * @typedef {object} Settings what `embedPlugin` was asked for, checked
 * @property {string} url
 * @property {string} origin exact; `null` where an opaque one is accepted
 * @property {string} plugin
 * @property {string | undefined} type
 * @property {string | PortHost} host
 * @property {string | (() => string | Promise<string>) | undefined} token
 * @property {string | undefined} agent
 * @property {string} sandbox
 * @property {string} allow
 * @property {number} knockTimeoutMs
 */

/** Enough for an application; no popups, no top navigation, no downloads. */
const SANDBOX = 'allow-scripts allow-same-origin allow-forms'
const TYPES = new Set(['call', 'default', 'contact-log', 'DPA', 'nav', 'always'])
const PLUGIN_ID = /^[a-z0-9._-]{1,64}$/
/** Their pages have no origin of their own, or the embedding page's. */
const WITHOUT_ORIGIN = new Set(['about:', 'blob:', 'data:', 'filesystem:', 'javascript:'])

/**
 * Checks the options of `embedPlugin`, before anything is changed or loaded.
 * @param {HTMLIFrameElement} iframe
 * @param {import('../../embed.js').EmbedOptions} options
 * @returns {Settings}
 */
export function checkOptions(iframe, options) {
  const view = iframe?.ownerDocument?.defaultView
  if (iframe?.tagName !== 'IFRAME' || !view) throw badRequest('embedPlugin() takes an iframe of a page', 'iframe')
  if (typeof options !== 'object' || options === null) throw badRequest('embedPlugin() takes {url, plugin, host}', 'options')
  const { plugin, type, host, token, agent, knockTimeoutMs = 10_000 } = options
  if (typeof plugin !== 'string' || !PLUGIN_ID.test(plugin)) throw badRequest('plugin must be an id like "acme.crm-panel"', 'plugin')
  if (token !== undefined && typeof token !== 'string' && typeof token !== 'function') throw badRequest('token must be a string or a function', 'token')
  if (type !== undefined && !TYPES.has(type)) throw badRequest(`type must be one of ${[...TYPES].join(', ')}`, 'type')
  const url = checkUrl(options.url, view)
  return {
    url: url.href, origin: checkOrigin(iframe, url, options, view), plugin, type, host: checkHost(host, view), token, agent, knockTimeoutMs,
    sandbox: options.sandbox ?? iframe.getAttribute('sandbox') ?? SANDBOX, allow: options.allow ?? '',
  }
}

/** @param {unknown} text @param {Window} view */
function checkUrl(text, view) {
  let url
  try {
    url = new URL(String(text), view.document.baseURI)
  } catch {
    throw badRequest('url must be the address of the plugin\'s page', 'url')
  }
  if (WITHOUT_ORIGIN.has(url.protocol)) {
    throw new SmartAgentError('E_ORIGIN', `url: a page of the scheme "${url.protocol}" has no origin that could be checked; serve the plugin by https`)
  }
  return url
}

/** @param {HTMLIFrameElement} iframe @param {URL} url @param {import('../../embed.js').EmbedOptions} options @param {Window} view */
function checkOrigin(iframe, url, { origin = url.origin, sandbox, allowOpaqueOrigin, allowOwnOrigin }, view) {
  if (iframe.hasAttribute('srcdoc')) {
    throw new SmartAgentError('E_ORIGIN', 'the iframe has a srcdoc, whose page has no origin that could be checked: remove the attribute')
  }
  if (origin === 'null' && !allowOpaqueOrigin) {
    throw new SmartAgentError('E_ORIGIN', 'origin: an opaque origin is every opaque page\'s; set allowOpaqueOrigin to trust whatever the frame shows')
  }
  if (origin !== 'null' && !isOrigin(origin)) {
    throw badRequest('origin must be an exact origin like "https://plugin.example"', 'origin')
  }
  if (origin === view.origin && !allowOwnOrigin) {
    throw new SmartAgentError('E_ORIGIN', 'url: a page of this page\'s own origin could lift its sandbox and reach into this page; '
      + 'serve the plugin from another origin, or set allowOwnOrigin where it is this desktop\'s own code')
  }
  const opaque = sandbox !== undefined && !sandbox.split(/\s+/).includes('allow-same-origin')
  if (opaque && origin !== 'null') {
    throw new SmartAgentError('E_ORIGIN', 'sandbox: without allow-same-origin the plugin\'s origin is opaque; add it, or set origin to "null" and allowOpaqueOrigin')
  }
  return origin
}

/** @param {unknown} text */
function isOrigin(text) {
  if (typeof text !== 'string' || !/^[a-z][a-z0-9+.-]*:\/\/[^/?#@\\]+$/.test(text)) return false
  // Schemes that only an application knows (`app://…`) have no origin in the URL standard.
  return !/^https?:/.test(text) || (URL.canParse(text) && new URL(text).origin === text)
}

/** @param {unknown} host @param {Window} view @returns {string | PortHost} */
function checkHost(host, view) {
  if (typeof host === 'object' && host !== null && typeof (/** @type {any} */ (host).attachPort) === 'function') return /** @type {PortHost} */ (host)
  let url
  try {
    url = new URL(String(host), view.document.baseURI)
  } catch {
    url = undefined
  }
  if (typeof host !== 'string' || (url?.protocol !== 'ws:' && url?.protocol !== 'wss:')) {
    throw badRequest('host must be the address of a SmartAgentHost like "wss://desktop.example/link", or an object with attachPort()', 'host')
  }
  return url.href
}
