// @ts-check
import { fromBody } from './errors.js'
import { callOptions } from './options.js'

/**
 * Calls a new listener with the state that is live, then with what arrived meanwhile: what the live state already
 * says is not said twice.
 * @param {string} event
 * @param {import('./events.js').Registration} registration
 * @param {import('./events.js').Listeners} listeners
 * @param {import('./connection.js').Connection} connection
 * @param {(error: import('./errors.js').SmartAgentError) => void} report
 */
export function replay(event, registration, listeners, connection, report) {
  const ask = async () => {
    const { requestTimeoutMs } = connection.options
    const outcome = await connection.request('$live', { event }, callOptions(undefined, requestTimeoutMs))
    const live = outcome.error === undefined ? outcome.result.events : []
    if (outcome.error !== undefined && outcome.error.code !== 'E_CLOSED') report(fromBody(outcome.error))
    deliver(event, live, registration, listeners, connection)
  }
  if (connection.state === 'ready' || connection.state === 'interrupted') void ask()
  else {
    const { onReady } = connection.receiver
    const proceed = () => void ask()
    onReady.add(proceed)
    // Who was removed is not asked for, and leaves nothing behind.
    const { forget } = registration
    registration.forget = () => {
      forget?.()
      onReady.delete(proceed)
    }
  }
}

/**
 * @param {string} event
 * @param {{ timestamp: number, payload: any }[]} live
 * @param {import('./events.js').Registration} registration
 * @param {import('./events.js').Listeners} listeners
 * @param {import('./connection.js').Connection} connection
 */
function deliver(event, live, registration, listeners, connection) {
  const held = registration.held ?? []
  registration.held = null
  if (connection.silent) return
  for (const entry of live) listeners.call(event, registration, entry.payload, connection.receiver.meta.replayed(event, entry.timestamp))
  for (const [payload, meta] of held) {
    const said = live.some((entry) => entry.payload.contactId === payload.contactId && meta.timestamp <= entry.timestamp)
    if (!said) listeners.call(event, registration, payload, meta)
  }
}
