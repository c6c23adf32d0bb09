// @ts-check
// The SDK, as an application uses it.
import { SmartAgent, websocket } from 'smartagent-plugin-sdk'

/** @param {string} url */
export async function connect(url) {
  const sm = new SmartAgent({ transport: websocket(url), requestTimeoutMs: 60_000 })
  let errors = 0
  sm.on('error', () => void errors++)
  return {
    /** @param {any} event @param {any} listener */
    on: (event, listener) => void sm.on(event, listener),
    ready: () => sm.init(),
    ask: () => sm.getCompanyID(),
    getUser: () => sm.getUser(),
    /** @param {Record<string, string>} attributes */
    updateContact: (attributes) => sm.updateContact(attributes, { contactId: 'c-77' }),
    /** What was refused so far. */
    invalid: () => errors,
    /** @param {() => void} listener the host was hung up on */
    onClosed: (listener) => void sm.on('closed', listener),
    close: () => sm.close(),
  }
}
