// @ts-check
import { EVENTS, KEYED_METHODS, MESSAGES, METHODS } from '../schema/names.js'
import { SmartAgentError } from './errors.js'

/** The events of the SDK itself; they never cross the link. */
export const LOCAL_EVENTS = Object.freeze(/** @type {const} */ (['ready', 'interrupted', 'resync', 'drain', 'error', 'closed']))

/** What a host can handle: every method that is not the link's own. */
export const HANDLED = Object.freeze(METHODS.filter((method) => !method.startsWith('$')))

/** The events of `SmartAgentHost`. */
export const HOST_EVENTS = Object.freeze(/** @type {const} */ ([
  'session', 'request', 'visibility', 'title', 'notification', 'popup', 'audit', 'delivery', 'answer', 'error', 'closed',
]))

const KEYED_SET = new Set(/** @type {readonly string[]} */ (KEYED_METHODS))
const EVENT_SET = new Set(/** @type {readonly string[]} */ (EVENTS))
const LOCAL_SET = new Set(/** @type {readonly string[]} */ (LOCAL_EVENTS))
/** The names `sendMessage` takes. */
export const MESSAGE_NAMES = new Set(/** @type {readonly string[]} */ (MESSAGES))
const CUSTOM_EVENT = /^(?=.*\.)[a-z0-9_.$-]{1,64}$/

/** Whether a repeat could do something twice, so that it carries an idempotency key. @param {string} method */
export const changesState = (method) => KEYED_SET.has(method)
/** Whether the SDK raises this event itself. @param {string} event */
export const isLocal = (event) => LOCAL_SET.has(event)

/** @param {unknown} event @returns {asserts event is string} */
export function assertEvent(event) {
  if (typeof event === 'string' && (EVENT_SET.has(event) || LOCAL_SET.has(event) || CUSTOM_EVENT.test(event))) return
  throw new SmartAgentError('E_UNKNOWN_EVENT', `there is no event ${shown(event)}${hint(event, [...EVENTS, ...LOCAL_EVENTS])}`)
}

/** @param {unknown} event */
export function assertHostEvent(event) {
  if (/** @type {readonly unknown[]} */ (HOST_EVENTS).includes(event)) return
  throw new SmartAgentError('E_UNKNOWN_EVENT', `a host has no event ${shown(event)}${hint(event, HOST_EVENTS)}`)
}

/** @param {unknown} name @returns {asserts name is string} */
export function assertMessage(name) {
  if (typeof name === 'string' && MESSAGE_NAMES.has(name)) return
  throw new SmartAgentError('E_UNKNOWN_METHOD', `there is no message ${shown(name)}${hint(name, MESSAGES)}`)
}

/** @param {unknown} method */
export function assertMethod(method) {
  if (/** @type {readonly unknown[]} */ (HANDLED).includes(method)) return
  throw new SmartAgentError('E_UNKNOWN_METHOD', `there is no method ${shown(method)}${hint(method, HANDLED)}`)
}

/** @param {unknown} name */
function shown(name) {
  return typeof name === 'string' ? `"${name.slice(0, 64).replaceAll(/[^ -~]/g, '?')}"` : `of type ${typeof name}`
}

/** @param {unknown} name @param {readonly string[]} known */
function hint(name, known) {
  if (typeof name !== 'string') return ''
  const wanted = name.slice(0, 64).toLowerCase().replaceAll('-', '_')
  let best = ''
  let least = Infinity
  for (const candidate of known) {
    const steps = distance(wanted, candidate)
    if (steps < least) [best, least] = [candidate, steps]
  }
  return `; the closest one is "${best}"`
}

/** Levenshtein distance. @param {string} a @param {string} b */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = /** @type {number} */ (row[j - 1]) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next[j] = Math.min(change, /** @type {number} */ (row[j]) + 1, /** @type {number} */ (next[j - 1]) + 1)
    }
    row = next
  }
  return /** @type {number} */ (row[b.length])
}
