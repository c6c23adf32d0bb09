// Stands for Amazon Connect: one agent, and one call that rings.

const queue = { name: 'Sales', queueARN: 'arn:queue/sales', queueId: 'sales' }
const state = { name: 'Available', type: /** @type {const} */ ('routable'), agentStateARN: null, startTimestamp: Date.now() }

export const user = {
  agentARN: 'arn:agent/ben', username: 'ben', name: 'Ben', extension: null, permissions: [], softphoneEnabled: true, locale: null,
  routingProfile: {
    name: 'Default', routingProfileARN: 'arn:profile', routingProfileId: 'profile', defaultOutboundQueue: queue, queues: [queue],
    channelConcurrencyMap: { VOICE: 1 },
  },
  state, nextState: null,
}

/** @param {string} caller @returns {import('smartagent-plugin-sdk').AgentSnapshot} */
export function ringing(caller) {
  const timestamp = Date.now()
  return {
    timestamp, user, focusedContactId: 'contact-1',
    contacts: [{
      contactId: 'contact-1', initialContactId: null, type: 'voice', subtype: null, state: { type: 'connecting', timestamp }, direction: 'inbound',
      initiationMethod: 'inbound', queue, queueTimestamp: timestamp, attributes: { 'sa-name': caller }, connections: [], customerEndpoint: null,
      phoneNumber: '+442071838750', isMultiPartyConferenceEnabled: false, isAutoAcceptEnabled: false, isSoftphoneCall: true,
    }],
  }
}
