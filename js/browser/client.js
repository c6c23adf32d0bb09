// @ts-check
import { fail, need } from './error.js'
import { assertEvent, KEYED, LOCAL, MESSAGE } from './names.js'
import { createSession } from './session.js'
import { uuid } from './uuid.js'
import { eventStream, waitForEvent } from './waiting.js'

/** A plugin's side of the link to the desktop, in a page. See index.d.ts for the contract of each member. */
export class SmartAgent {
  #session

  /** @param {any} [options] */
  constructor(options) {
    this.#session = createSession(options)
  }

  get state() {
    return this.#session.state()
  }

  init() {
    return this.#session.init()
  }

  close() {
    return this.#session.close()
  }

  [Symbol.asyncDispose]() {
    return this.close()
  }

  /** A page lives on its own; this is for code that runs in Node too. */
  ref() {
    return this
  }

  unref() {
    return this
  }

  /** @param {string} event @param {any} listener @param {any} [options] @returns {() => void} */
  on(event, listener, { signal, replay } = /** @type {any} */ ({}), once = false) {
    assertEvent(event)
    const entry = this.#session.add(event, listener, signal, { once, held: replay && !LOCAL.includes(event) && [] })
    this.#session.listen(entry)
    return () => void entry.remove()
  }

  /** @param {string} event @param {any} listener @param {any} [options] @returns {() => void} */
  once(event, listener, options) {
    return this.on(event, listener, options, true)
  }

  /** @param {string} event @param {any} [listener] */
  off(event, listener) {
    assertEvent(event)
    return this.#session.entries(event).filter((entry) => (!listener || entry.listener == listener) && entry.remove()).length > 0
  }

  /** @param {string} event @param {any} [options] */
  async waitFor(event, options = {}) {
    assertEvent(event)
    if (this.state == 'closed') throw fail('E_CLOSED', 'the client is closed')
    return await waitForEvent(this.#session.add, event, options)
  }

  /** @param {string} event @param {any} [options] */
  events(event, { signal } = /** @type {any} */ ({})) {
    assertEvent(event)
    return eventStream(this.#session.add, event, signal, this.state == 'closed')
  }

  /** @param {string} name @param {any} [payload] @param {any} [options] */
  async sendMessage(name, payload, options) {
    if (!MESSAGE.test(name)) throw fail('E_UNKNOWN_METHOD', `there is no message ${name}`)
    return await this.#call(name, payload, options)
  }

  /** @param {string} name @param {any} [payload] @param {any} [options] */
  send(name, payload, options) {
    return this.sendMessage(name, payload, options)
  }

  /** @param {any} attributes @param {any} [options] */
  updateContact(attributes, options) {
    return this.#call('update_contact', attributes, options)
  }

  /** @param {any} [options] */
  showPlugin(options) {
    return this.#call('show_plugin', {}, options, 'none')
  }

  /** @param {any} [options] */
  hidePlugin(options) {
    return this.#call('hide_plugin', {}, options, 'none')
  }

  /** @param {string} title @param {any} [options] */
  setTitleTag(title, options) {
    return this.#call('set_title_tag', { title }, options, 'none')
  }

  /** @param {any} [options] */
  getUser(options) {
    return this.#call('get_user', {}, options, 'user')
  }

  /** @param {any} [options] */
  getCompanyID(options) {
    return this.#call('get_company_id', {}, options, 'companyId')
  }

  /** @param {any} [options] */
  getContacts(options) {
    return this.#call('get_contacts', {}, options, 'contacts')
  }

  /** @param {string} [contactId] @param {any} [options] */
  async getContact(contactId, options) {
    try {
      return await this.#call('get_contact', {}, { ...options, contactId }, 'contact')
    } catch (/** @type {any} */ error) {
      if (/^E_NO(_C|T_F)/.test(error.code)) return null
      throw error
    }
  }

  /** @param {string} method @param {any} payload @param {any} options @param {string} [member] of the answer, where it is not all of it */
  async #call(method, payload = {}, { contactId, signal, timeoutMs, idempotencyKey = KEYED.test(method) ? uuid() : undefined } = /** @type {any} */ ({}), member) {
    try {
      need(contactId !== '', 'contactId', 'given')
      need(!/^$|.{65}/s.test(/** @type {any} */ (idempotencyKey)), 'idempotencyKey', '1 to 64 characters')
      const result = await this.#session.request(method, { contactId: contactId?.toString(), idempotencyKey, payload }, signal, timeoutMs)
      return member ? result[member] : result
    } catch (/** @type {any} */ error) {
      // As on every error of a call, so that a retry can repeat it.
      throw Object.assign(error, idempotencyKey && { idempotencyKey })
    }
  }
}
