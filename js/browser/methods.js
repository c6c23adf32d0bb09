// @ts-check
/**
 * What a plugin asks its desktop for, by name.
 * @param {(method: string, payload?: any, options?: any, only?: number) => Promise<any>} request
 */
export const methodsOf = (request) => {
  const ask = (/** @type {string} */ method) => (/** @type {any} */ options) => request(method, {}, options, 1)
  const sendMessage = (/** @type {string} */ name, /** @type {any} */ payload, /** @type {any} */ options) => request(name, payload, options)

  return {
    sendMessage, send: sendMessage,
    updateContact: (/** @type {any} */ attributes, /** @type {any} */ options) => request('update_contact', attributes, options),
    setTitleTag: (/** @type {string} */ title, /** @type {any} */ options) => request('set_title_tag', { title }, options, 1),
    getContact: (/** @type {string} */ contactId, /** @type {any} */ options) => request('get_contact', {}, { ...options, contactId }, 2),
    getUser: ask('get_user'),
    getCompanyID: ask('get_company_id'),
    getContacts: ask('get_contacts'),
    showPlugin: ask('show_plugin'),
    hidePlugin: ask('hide_plugin'),
  }
}
