// @ts-check
/// <reference lib="dom" />
/** What the relay has to know of frames: nothing but the few that open, close or probe a link. */

export const SUBPROTOCOL = 'smartagent.link.v1'
export const MAX_HELLO_BYTES = 8_192
export const MAX_TO_HOST_BYTES = 131_072
export const MAX_TO_PLUGIN_BYTES = 1_048_576
export const MAX_WELCOME_BYTES = 4_194_304

/** @typedef {{code: string, message: string, closeCode: number}} Fault */

const encoder = new TextEncoder()
/** Most frames; told apart without being parsed. */
const ORDINARY = ['{"type":"event"', '{"type":"response"', '{"type":"request"', '{"type":"ack"', '{"type":"cancel"', '{"type":"pong"']
/** No frame of the control kind is longer. */
const MAX_CONTROL = 8_192

/** @param {string} text @param {number} cap @returns whether the text has at most that many bytes in UTF-8 */
export function fits(text, cap) {
  return text.length * 3 <= cap || (text.length <= cap && encoder.encode(text).length <= cap)
}

/**
 * A frame that opens, closes or probes a link; undefined for every other text.
 * @param {string} text
 * @returns {any}
 */
export function controlFrame(text) {
  if (text.length > MAX_CONTROL || ORDINARY.some((head) => text.startsWith(head))) return undefined
  const frame = parse(text)
  return ['goodbye', 'error', 'ping'].includes(frame?.type) ? frame : undefined
}

/** @param {string} text @returns {any} an object, or undefined */
export function parse(text) {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * A plugin's first frame as the desktop's page sends it on: who the plugin is and who vouches for it is said by the page,
 * never by the plugin. Without an origin nobody vouches for more than the token says.
 * @param {any} hello
 * @param {{plugin: string | undefined, type?: string | undefined, origin: string | undefined, token: string | undefined}} facts
 */
export function vouchedHello({ role, auth, embed, ...hello }, { plugin, type, origin, token }) {
  return JSON.stringify({
    ...hello, plugin: plugin === undefined ? hello.plugin : { ...hello.plugin, id: plugin, ...(type === undefined ? {} : { type }) },
    ...(token === undefined ? {} : { auth: { scheme: 'bearer', token } }), ...(origin === undefined ? {} : { embed: { origin } }),
  })
}

/** @param {Fault} fault */
export function errorFrame({ code, message, closeCode }) {
  return JSON.stringify({ type: 'error', code, message, fatal: true, closeCode })
}

/** @param {number} closeCode @param {string} reason @param {boolean} resume */
export function goodbyeFrame(closeCode, reason, resume) {
  return JSON.stringify({ type: 'goodbye', closeCode, reason, resume })
}

/** Close codes of the protocol that stop a link, and the error each becomes. @type {Record<number, string>} */
const STOPS = { 1000: 'E_CLOSED', 4501: 'E_AUTH', 4503: 'E_ORIGIN', 4506: 'E_VERSION', 4509: 'E_CLOSED', 4510: 'E_TOO_LARGE', 4513: 'E_CLOSED' }

/** Whether a plugin may try again after a link closed with that code. @param {number} code */
export function mayReturn(code) {
  return code === 1001 || code === 1005 || code === 1006 || (code >= 1011 && code <= 1014) || (code >= 4000 && code <= 4499)
}

/** @param {number} code a close code that stops */
export function stopError(code) {
  return STOPS[code] ?? 'E_PROTOCOL'
}
