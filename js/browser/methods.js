// @ts-check
import { fail } from './error.js'
import { MESSAGE } from './names.js'

/**
 * What a plugin asks its desktop for, by name.
 * @param {(method: string, payload?: any, options?: any, member?: string) => Promise<any>} request
 */
export const methodsOf = (request) => {
  const ask = (/** @type {string} */ method, /** @type {string} */ member) => (/** @type {any} */ options) => request(method, {}, options, member)

  const sendMessage = async (/** @type {string} */ name, /** @type {any} */ payload, /** @type {any} */ options) => {
    if (!MESSAGE.test(name)) throw fail('E_UNKNOWN_METHOD', `no message "${name}"`)
    return request(name, payload, options)
  }

  return {
    sendMessage, send: sendMessage,
    updateContact: (/** @type {any} */ attributes, /** @type {any} */ options) => request('update_contact', attributes, options),
    setTitleTag: (/** @type {string} */ title, /** @type {any} */ options) => request('set_title_tag', { title }, options, 'none'),
    getContact: (/** @type {string} */ contactId, /** @type {any} */ options) => request('get_contact', {}, { ...options, contactId }, 'contact'),
    getUser: ask('get_user', 'user'),
    getCompanyID: ask('get_company_id', 'companyId'),
    getContacts: ask('get_contacts', 'contacts'),
    showPlugin: ask('show_plugin', 'none'),
    hidePlugin: ask('hide_plugin', 'none'),
  }
}
