// @ts-check
import { fail } from './error.js'

/** The SDK's own events, then the desktop's; a desktop's own have a dot. */
export const EVENTS = 'ready interrupted resync drain error closed incoming_call contact_updated call_started on_hold off_hold call_ended reject_call outgoing_call transfer_call missed_call add_connection conference_connections end_connection toggle_connections after_call_work after_call_work_end next_status'.split(' ')
/** The SDK's own. */
export const LOCAL = EVENTS.slice(0, 6)
const OWN = /^(?=.*\.)[a-z0-9_.$-]{1,64}$/
/** The methods that are no messages are left out; what is unknown here the host knows. */
export const MESSAGE = /^(?!get|set|hide|show_pl)[a-z_]{1,64}$/
/** The messages that change a call or a customer carry an idempotency key. */
export const KEYED = /^(update_c|tr|end|qu)/

/** @param {string} event */
export const assertEvent = (event) => {
  if (EVENTS.includes(event) || OWN.test(event)) return
  // Who shares most pairs of letters is closest.
  const likeness = (/** @type {string} */ name) => [...name].filter((_, place) => `${event}`.includes(name.slice(place, place + 2))).length / name.length
  const [closest] = [...EVENTS].sort((a, b) => likeness(b) - likeness(a))
  throw fail('E_UNKNOWN_EVENT', `there is no event "${event}", but "${closest}"`)
}
