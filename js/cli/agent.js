// The agent of the dev desktop: a user and one call at a time, as Amazon Connect would report them.
import { randomUUID } from 'node:crypto'

import { SmartAgentError } from 'smartagent-plugin-sdk'

const ARN = 'arn:aws:connect:eu-west-2:123456789012:instance/11111111-2222-3333-4444-555555555555'
const QUEUE = { name: 'Billing', queueARN: `${ARN}/queue/billing`, queueId: `${ARN}/queue/billing` }
const AVAILABLE = { name: 'Available', type: 'routable', agentStateARN: `${ARN}/agent-state/available` }
const AFTER_CALL_WORK = { name: 'AfterCallWork', type: 'after_call_work', agentStateARN: null }

export class Agent {
  #host
  /** @type {{name: string, type: string, agentStateARN: string | null, startTimestamp: number}} */
  #state = { ...AVAILABLE, startTimestamp: Date.now() }
  /** @type {any} */
  #contact = null

  /** @param {any} host a `SmartAgentHost` */
  constructor(host) {
    this.#host = host
  }

  /** Who the agent is, as `getUser()` answers it. */
  user() {
    return {
      agentARN: `${ARN}/agent/dev`, username: 'dev.agent', name: 'Dev Agent', extension: null, permissions: ['outboundCall'],
      softphoneEnabled: true, locale: 'en_GB',
      routingProfile: {
        name: 'Development', routingProfileARN: `${ARN}/routing-profile/dev`, routingProfileId: `${ARN}/routing-profile/dev`,
        defaultOutboundQueue: QUEUE, queues: [QUEUE], channelConcurrencyMap: { VOICE: 1, CHAT: 2, TASK: 5 },
      },
      state: this.#state, nextState: null,
    }
  }

  /** Hands the present state to the host. */
  apply() {
    const contacts = this.#contact === null ? [] : [this.#contact]
    this.#host.applySnapshot({
      timestamp: Date.now(), user: this.user(), contacts, focusedContactId: this.#contact?.contactId ?? null,
    })
  }

  /**
   * A customer calls, and the agent's phone rings.
   * @param {string} phoneNumber E.164
   * @param {Record<string, string>} attributes
   */
  ring(phoneNumber, attributes) {
    const contactId = randomUUID()
    const customer = {
      endpointARN: null, endpointId: null, type: 'phone_number', name: null, phoneNumber, agentLogin: null, queue: null,
    }
    const leg = (/** @type {string} */ type, /** @type {string} */ state, /** @type {object | null} */ endpoint) => ({
      connectionId: randomUUID(), contactId, type, state: now(state), isInitialConnection: type === 'inbound', endpoint,
      quickConnectName: null,
    })
    this.#contact = {
      contactId, initialContactId: null, type: 'voice', subtype: null, state: now('connecting'), direction: 'inbound',
      initiationMethod: 'inbound', queue: QUEUE, queueTimestamp: Date.now(), attributes: { ...attributes },
      connections: [leg('agent', 'connecting', null), leg('inbound', 'connected', customer)],
      customerEndpoint: customer, phoneNumber, isMultiPartyConferenceEnabled: true, isAutoAcceptEnabled: false,
      isSoftphoneCall: true,
    }
    this.apply()
  }

  answer() {
    this.#note('accept')
    this.#change({ contact: 'connected', agent: 'connected' })
  }

  hold() {
    this.#note('hold')
    this.#change({ customer: 'hold' })
  }

  resume() {
    this.#note('resume')
    this.#change({ customer: 'connected' })
  }

  /** The customer's leg goes first, as it does when a customer hangs up; then the contact ends. */
  customerHangsUp() {
    this.#change({ customer: 'disconnected' })
    this.#state = { ...AFTER_CALL_WORK, startTimestamp: Date.now() }
    this.#change({ contact: 'ended', agent: 'disconnected' })
  }

  /** The agent has done the after call work. */
  clear() {
    this.#note('clear')
    this.#contact = null
    this.#state = { ...AVAILABLE, startTimestamp: Date.now() }
    this.apply()
  }

  /**
   * What a desktop's back end does with `update_contact`: an empty value removes the key.
   * @param {string} contactId
   * @param {Record<string, string>} changes
   */
  updateContact(contactId, changes) {
    const contact = this.#contact
    if (contact?.contactId !== contactId) throw new SmartAgentError('E_NOT_FOUND', `there is no contact ${contactId} any more`)
    for (const [key, value] of Object.entries(changes)) {
      if (value === '') delete contact.attributes[key]
      else contact.attributes[key] = value
    }
    this.apply()
    return { contactId, initialContactId: contact.initialContactId, attributes: { ...contact.attributes } }
  }

  /** @param {{contact?: string, agent?: string, customer?: string}} states */
  #change({ contact, agent, customer }) {
    const [own, theirs] = this.#contact.connections
    if (contact !== undefined) this.#contact.state = now(contact)
    if (agent !== undefined) own.state = now(agent)
    if (customer !== undefined) theirs.state = now(customer)
    this.apply()
  }

  /** @param {string} type what the agent asked for, so that the event can say who did it */
  #note(type) {
    const { contactId } = this.#contact
    this.#host.noteCommand({ type, contactId, initiatedBy: 'agent', timestamp: Date.now() })
  }
}

/** @param {string} type */
function now(type) {
  return { type, timestamp: Date.now() }
}
