// @ts-check
import { fail } from './error.js'
import { LOCAL, REMOTE } from './names.js'

/**
 * What a new listener is told: that its event cannot come, or the state that is live.
 * @param {() => any} welcome of the host, while the link is up @param {(method: string, members: any) => Promise<any>} request
 * @param {(error: any) => void} report
 * @param {(entry: import('./listeners.js').Entry, payload: any, meta: any) => void} call
 */
export const createIntroduction = (welcome, request, report, call) => {
  let replays = 0

  const meta = (/** @type {string} */ event, /** @type {number} */ timestamp, seq = 0) => {
    const { session, host: { source } } = welcome()
    return { event, id: `${session}:${seq || `0:${++replays}`}`, seq, timestamp, replayed: !seq, source }
  }

  /** A listener is there, and so may the desktop be. */
  const listen = async (/** @type {import('./listeners.js').Entry} */ entry) => {
    const { event, held, asked } = entry
    const { granted, events: listed } = welcome() ?? {}
    if (!granted) return
    const scope = event == 'next_status' ? 'agent:read' : 'call:observe'
    const lacks = REMOTE.includes(event) && !granted.includes(scope) ? `the scope ${scope}`
      : !LOCAL.includes(event) && listed?.includes(event) === false && 'to be in the manifest'
    if (lacks) report(fail('E_FORBIDDEN', `${event} needs ${lacks}`))
    if (!held || asked) return
    entry.asked = true
    // The state that is live, then what arrived meanwhile and the live state does not say.
    const { events } = await request('$live', { payload: { event } }).catch((error) => {
      if (welcome()) report(error)
      return { events: [] }
    })
    entry.held = null
    if (!welcome()) return
    for (const { payload, timestamp } of events) call(entry, payload, meta(event, timestamp))
    for (const [payload, its] of held) {
      if (!events.some((/** @type {any} */ live) => live.payload.contactId == payload.contactId && its.timestamp <= live.timestamp)) call(entry, payload, its)
    }
  }

  return { listen, meta }
}
