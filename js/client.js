// @ts-check
import { Listeners, listenerError, warnOf } from './events.js'
import { badRequest, fromBody, SmartAgentError } from './errors.js'
import { assertEvent, assertMessage, changesState, isLocal } from './names.js'
import { callOptions, clientOptions } from './options.js'
import { Connection } from './connection.js'
import { freshKey } from './keys.js'
import { eventStream, waitForEvent } from './waiting.js'
import { replay } from './replay.js'

/** A plugin's side of the link to the desktop. See index.d.ts for the contract of each member. */
export class SmartAgent {
  #options
  #connection
  /** @type {Listeners} */
  #listeners

  /** @param {any} [options] */
  constructor(options) {
    this.#options = clientOptions(options)
    this.#listeners = new Listeners(
      (event, heard) => isLocal(event) || this.#connection.listen(event, heard),
      (event, error) => this.#report(listenerError(event, error), event),
      (event, overlooked) => isLocal(event) || this.#connection.overlook(event, overlooked),
    )
    this.#connection = new Connection(this.#options, this.#listeners, (error) => this.#report(error))
  }

  /** `idle`, `connecting`, `ready`, `interrupted` or `closed`. */
  get state() {
    return this.#connection.state
  }

  /** Connects; repeated and concurrent calls share one promise. */
  init() {
    return this.#connection.init()
  }

  /** Says goodbye. No listener runs after the promise has resolved. */
  close() {
    return this.#connection.close()
  }

  [Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose')]() {
    return this.#connection.close()
  }

  /** Lets pending calls and listeners keep the process alive: the default. */
  ref() {
    this.#connection.keepAlive.wanted = true
    return this
  }

  /** Lets the process exit in spite of them. */
  unref() {
    this.#connection.keepAlive.wanted = false
    return this
  }

  /** @param {string} event @param {any} listener @param {any} [options] @returns {() => void} */
  on(event, listener, options) {
    return this.#listen(event, listener, options, false)
  }

  /** @param {string} event @param {any} listener @param {any} [options] @returns {() => void} */
  once(event, listener, options) {
    return this.#listen(event, listener, options, true)
  }

  /** @param {string} event @param {any} [listener] */
  off(event, listener) {
    assertEvent(event)
    if (listener !== undefined && typeof listener !== 'function') throw badRequest(`the listener of "${event}" must be a function`)
    return this.#listeners.remove(event, listener)
  }

  /** @param {string} event @param {any} [options] */
  async waitFor(event, options) {
    assertEvent(event)
    return await waitForEvent(this.#listeners, this.#connection, event, options ?? {})
  }

  /** @param {string} event @param {any} [options] */
  events(event, options) {
    assertEvent(event)
    return eventStream(this.#listeners, this.#connection, event, options ?? {})
  }

  /** @param {string} name @param {any} [payload] @param {any} [options] */
  async sendMessage(name, payload, options) {
    assertMessage(name)
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
  async showPlugin(options) {
    await this.#call('show_plugin', undefined, options)
  }

  /** @param {any} [options] */
  async hidePlugin(options) {
    await this.#call('hide_plugin', undefined, options)
  }

  /** @param {string} title @param {any} [options] */
  async setTitleTag(title, options) {
    await this.#call('set_title_tag', { title }, options)
  }

  /** @param {any} [options] */
  getUser(options) {
    return this.#call('get_user', undefined, options, 'user')
  }

  /** @param {any} [options] */
  getCompanyID(options) {
    return this.#call('get_company_id', undefined, options, 'companyId')
  }

  /** @param {any} [options] */
  getContacts(options) {
    return this.#call('get_contacts', undefined, options, 'contacts')
  }

  /** @param {string} [contactId] @param {any} [options] */
  async getContact(contactId, options) {
    try {
      return (await this.#call('get_contact', undefined, { ...options, contactId })).contact ?? null
    } catch (error) {
      if (error instanceof SmartAgentError && (error.code === 'E_NOT_FOUND' || error.code === 'E_NO_CONTACT')) return null
      throw error
    }
  }

  /** @param {string} method @param {any} payload @param {any} given @param {string} [member] the one of the answer that is wanted */
  async #call(method, payload, given, member) {
    const options = callOptions(given, this.#options.requestTimeoutMs)
    if (changesState(method)) options.idempotencyKey ??= freshKey()
    const { result, error } = await this.#request(method, payload, options)
    if (error === undefined) return member === undefined ? result : result[member]
    const { idempotencyKey, signal } = options
    const body = { ...error, idempotencyKey: error.idempotencyKey ?? idempotencyKey }
    throw fromBody(body, body.code === 'E_CANCELLED' && signal?.aborted ? { cause: signal.reason } : undefined)
  }

  /** @param {string} method @param {any} payload @param {import('./options.js').CallOptions} options */
  #request(method, payload, options) {
    try {
      return this.#connection.request(method, payload, options)
    } catch (error) {
      const { idempotencyKey } = options
      // As on every error of a call, so that a retry can repeat it.
      throw idempotencyKey === undefined ? error : Object.assign(/** @type {Error} */ (error), { idempotencyKey })
    }
  }

  /** @param {string} event @param {any} listener @param {any} options @param {boolean} once */
  #listen(event, listener, options, once) {
    assertEvent(event)
    const wanted = options?.replay === true && !isLocal(event)
    const { registration, fresh, remove } = this.#listeners.add(event, listener, { once, signal: options?.signal, held: wanted })
    if (wanted && fresh && registration !== null) {
      replay(event, registration, this.#listeners, this.#connection, (error) => this.#report(error))
    }
    return () => void remove()
  }

  /** Tells the `error` listeners, or the developer where there are none. @param {SmartAgentError} error @param {string} [event] */
  #report(error, event) {
    this.#connection.log('error', `${error.code} ${error.message}`)
    // An `error` listener that fails must not be told about itself, and nobody hears anything after close().
    const told = event !== 'error' && !this.#connection.silent && this.#listeners.emit('error', error)
    if (!told) warnOf(error)
  }
}
