// @ts-check
import { fail } from './error.js'
import { MESSAGE } from './names.js'
import { createSession } from './session.js'

/** A plugin's side of the link to the desktop, in a page. See index.d.ts for the contract of each member. */
export class SmartAgent {
  /** @param {any} [options] */
  constructor(options) {
    const { state, request, ...its } = createSession(options)

    const sendMessage = async (/** @type {string} */ name, /** @type {any} */ payload, /** @type {any} */ options) => {
      if (!MESSAGE.test(name)) throw fail('E_UNKNOWN_METHOD', `there is no message "${name}"`)
      return await request(name, payload, options)
    }

    const self = /** @type {any} */ ({
      __proto__: new.target.prototype,
      get state() {
        return state()
      },
      ...its,
      [Symbol.asyncDispose]: its.close,
      once: (/** @type {string} */ event, /** @type {any} */ listener, /** @type {any} */ options) => its.on(event, listener, options, true),
      sendMessage, send: sendMessage,
      updateContact: (/** @type {any} */ attributes, /** @type {any} */ options) => request('update_contact', attributes, options),
      setTitleTag: (/** @type {string} */ title, /** @type {any} */ options) => request('set_title_tag', { title }, options, 'none'),
      getContact: (/** @type {string} */ contactId, /** @type {any} */ options) => request('get_contact', {}, { ...options, contactId }, 'contact'),
      getUser: (/** @type {any} */ options) => request('get_user', {}, options, 'user'),
      getCompanyID: (/** @type {any} */ options) => request('get_company_id', {}, options, 'companyId'),
      getContacts: (/** @type {any} */ options) => request('get_contacts', {}, options, 'contacts'),
      showPlugin: (/** @type {any} */ options) => request('show_plugin', {}, options, 'none'),
      hidePlugin: (/** @type {any} */ options) => request('hide_plugin', {}, options, 'none'),
      // A page lives on its own; these are for code that runs in Node too.
      ref: () => self,
      unref: () => self,
    })
    return self
  }
}
