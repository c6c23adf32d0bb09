// @ts-check

/** One contact of a test host. What is not possible in its state throws `E_CONFLICT` and says what is. */
export class TestCall {
  #host

  /** @param {import('./test-host.js').Actor} host @param {string} contactId */
  constructor(host, contactId) {
    this.#host = host
    this.contactId = contactId
  }

  /** The contact as it is now; undefined once it is no longer listed. */
  get contact() {
    return this.#host.contact(this.contactId)
  }

  answer() { return this.#act('answer') }
  /** @param {{ state?: 'rejected' | 'error' }} [how] */
  reject(how) { return this.#act('reject', how) }
  miss() { return this.#act('miss') }
  /** The customer hangs up before the agent answers. */
  abandon() { return this.#act('abandon') }
  /** The called party answers. */
  connect() { return this.#act('connect') }
  /** The called party is busy. */
  busy() { return this.#act('busy') }
  fail() { return this.#act('fail') }
  /** The contact is no longer listed, without a word. */
  remove() { return this.#act('remove') }
  /** @param {{ party?: string }} [whom] */
  hold(whom) { return this.#act('hold', whom) }
  /** @param {{ party?: string }} [whom] */
  resume(whom) { return this.#act('resume', whom) }
  mute() { return this.#act('mute') }
  unmute() { return this.#act('unmute') }
  toggle() { return this.#act('toggle') }
  conference() { return this.#act('conference') }
  /** @param {{ by?: 'agent' | 'customer' }} [who] */
  hangUp(who) { return this.#act('hang_up', who) }
  /** Ends the after call work. */
  clear() { return this.#act('clear') }
  focus() { return this.#act('focus') }
  /** Sets attributes; an empty value removes one. @param {Record<string, string>} attributes */
  setAttributes(attributes) { return this.#act('attributes', { set: attributes }) }
  /** Calls somebody in. @param {{ quickConnect?: string, phoneNumber?: string, agent?: string, queue?: string }} whom */
  add(whom) { return this.#party('add', whom) }
  /** @param {{ quickConnect?: string, phoneNumber?: string, agent?: string, queue?: string, kind?: 'warm' | 'cold' }} whom */
  transfer(whom) { return this.#party('transfer', whom) }
  /** The agent leaves and the others stay. */
  completeTransfer() { return this.#act('complete_transfer') }

  /** @param {string} action @param {Record<string, unknown>} whom */
  #party(action, whom) {
    const { connectionId } = this.#host.act(action, { contact: this.contactId, ...whom })
    return new TestParty(this.#host, this.contactId, /** @type {string} */ (connectionId))
  }

  /** @param {string} action @param {Record<string, unknown>} [parameters] */
  #act(action, parameters) {
    this.#host.act(action, { contact: this.contactId, ...parameters })
    return this
  }
}

/** Somebody who was called in. */
class TestParty {
  #act

  /** @param {import('./test-host.js').Actor} host @param {string} contact @param {string} connectionId */
  constructor(host, contact, connectionId) {
    this.connectionId = connectionId
    this.#act = (/** @type {string} */ action) => {
      host.act(action, { contact, party: connectionId })
      return this
    }
  }

  answers() { return this.#act('party_answers') }
  declines() { return this.#act('party_declines') }
  isBusy() { return this.#act('party_busy') }
  hold() { return this.#act('hold') }
  resume() { return this.#act('resume') }
  end() { return this.#act('end_connection') }
}
