// @ts-check
import { SmartAgentError } from './errors.js'

/** The 17 events of the vocabulary. */
export const EVENTS = Object.freeze(/** @type {const} */ ([
  'incoming_call', 'contact_updated', 'call_started', 'on_hold', 'off_hold', 'call_ended', 'reject_call', 'outgoing_call',
  'transfer_call', 'missed_call', 'add_connection', 'conference_connections', 'end_connection', 'toggle_connections',
  'after_call_work', 'after_call_work_end', 'next_status',
]))

/** The events of the SDK itself; they never cross the link. */
export const LOCAL_EVENTS = Object.freeze(/** @type {const} */ (['ready', 'interrupted', 'resync', 'drain', 'error', 'closed']))

/** The 8 messages of the vocabulary. */
export const MESSAGES = Object.freeze(/** @type {const} */ ([
  'update_contact', 'update_customer', 'update_quick_connects', 'transfer_call', 'end_conference_call', 'quick_connect',
  'show_notification', 'show_popup_message',
]))

/** What a host can handle: the messages, and the methods that have a payload or an answer of their own. */
export const METHODS = Object.freeze(/** @type {const} */ ([
  ...MESSAGES, 'show_plugin', 'hide_plugin', 'set_title_tag', 'get_user', 'get_company_id', 'get_contacts', 'get_contact',
]))

/** The events of `SmartAgentHost`. */
export const HOST_EVENTS = Object.freeze(/** @type {const} */ ([
  'session', 'request', 'visibility', 'title', 'notification', 'popup', 'audit', 'error', 'closed',
]))

const CHANGES_STATE = new Set(['update_contact', 'update_customer', 'transfer_call', 'end_conference_call', 'quick_connect'])
const EVENT_SET = new Set(/** @type {readonly string[]} */ (EVENTS))
const LOCAL_SET = new Set(/** @type {readonly string[]} */ (LOCAL_EVENTS))
const MESSAGE_SET = new Set(/** @type {readonly string[]} */ (MESSAGES))
const CUSTOM_EVENT = /^(?=.*\.)[a-z0-9_.$-]{1,64}$/

/** Whether a repeat could do something twice, so that it carries an idempotency key. @param {string} method */
export const changesState = (method) => CHANGES_STATE.has(method)
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
  if (typeof name === 'string' && MESSAGE_SET.has(name)) return
  throw new SmartAgentError('E_UNKNOWN_METHOD', `there is no message ${shown(name)}${hint(name, MESSAGES)}`)
}

/** @param {unknown} method */
export function assertMethod(method) {
  if (/** @type {readonly unknown[]} */ (METHODS).includes(method)) return
  throw new SmartAgentError('E_UNKNOWN_METHOD', `there is no method ${shown(method)}${hint(method, METHODS)}`)
}

/** @param {unknown} name */
function shown(name) {
  return typeof name === 'string' ? JSON.stringify(name.slice(0, 64)) : `of type ${typeof name}`
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
