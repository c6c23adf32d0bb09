// @ts-nocheck: the suite hands in what types would not let through
// What the suite sends. Plain data, for Node and for a page.

const timestamp = 1_790_000_002_120
/** Where the plugin's page lives in the suite's manifests: a carrier whose page lives elsewhere writes its own origin over it. */
export const ORIGIN = 'https://plugin.example'
export const PLUGIN = 'acme.contract'

export const queue = { name: 'Sales', queueARN: 'arn:queue/sales', queueId: 'sales' }
const idle = { name: 'Available', type: 'routable', agentStateARN: null, startTimestamp: 1 }

export const user = {
  agentARN: 'arn:agent/ben', username: 'ben', name: 'Ben', extension: null, permissions: [], softphoneEnabled: true, locale: null,
  routingProfile: {
    name: 'Default', routingProfileARN: 'arn:rp', routingProfileId: 'rp', defaultOutboundQueue: queue, queues: [queue],
    channelConcurrencyMap: { VOICE: 1 },
  },
  state: idle, nextState: null,
}

export const endpoint = {
  endpointARN: 'arn:endpoint/1', endpointId: 'arn:endpoint/1', type: 'phone_number', name: 'Billing', phoneNumber: '+442071838751', agentLogin: null, queue: null,
}

const connection = (connectionId, type, state = 'connected') => ({
  connectionId, contactId: 'c1', type, state: { type: state, timestamp }, isInitialConnection: type === 'inbound', endpoint, quickConnectName: null,
})

/** @param {string} contactId @param {string} [type] @param {object} [more] */
export const contact = (contactId, type = 'connecting', more = {}) => ({
  contactId, initialContactId: null, type: 'voice', subtype: null, state: { type, timestamp }, direction: 'inbound', initiationMethod: 'inbound', queue,
  queueTimestamp: 900, attributes: { tier: '2' }, connections: [connection('n1', 'inbound')], customerEndpoint: endpoint, phoneNumber: '+442071838750',
  isMultiPartyConferenceEnabled: false, isAutoAcceptEnabled: false, isSoftphoneCall: true, ...more,
})

/** @param {object[]} contacts */
export const snapshot = (contacts) => ({ timestamp, user, contacts, focusedContactId: contacts[0]?.contactId ?? null })

const of = (state, members) => ({ contactId: 'c1', contact: contact('c1', state), ...members })
const third = connection('n2', 'outbound')

/** One payload of every event. */
export const EVENT_SAMPLES = {
  incoming_call: of('connecting', { phoneNumber: '+442071838750', queue, isCallback: false, autoAccept: false }),
  call_started: of('connected', { direction: 'inbound', startedAt: timestamp, ringDurationMs: 4_000 }),
  contact_updated: of('connected', {
    changed: ['attributes'], attributes: { added: { 'sa-name': 'Ben Økafor 🎧' }, changed: { tier: { from: '1', to: '2' } }, removed: ['draft'] },
  }),
  on_hold: of('connected', { connection: connection('n1', 'inbound', 'hold'), self: false, heldConnections: ['n1'] }),
  off_hold: of('connected', { connection: connection('n1', 'inbound'), self: false, heldMs: 12_000 }),
  add_connection: of('connected', { connection: third, initiatedBy: 'agent' }),
  conference_connections: of('connected', { connections: [connection('n0', 'agent'), connection('n1', 'inbound'), third] }),
  toggle_connections: of('connected', { active: [third], held: [connection('n1', 'inbound', 'hold')] }),
  end_connection: of('connected', { connection: connection('n2', 'outbound', 'disconnected'), remaining: [connection('n1', 'inbound')], initiatedBy: 'unknown' }),
  transfer_call: of('connected', { kind: 'warm', endpoint, connectionId: 'n2', quickConnectName: 'Billing', initiatedBy: 'plugin' }),
  call_ended: of('ended', { reason: 'ended', endedBy: 'customer', durationMs: 60_000, talkMs: 48_000, holdMs: 12_000 }),
  after_call_work: of('ended', { startedAt: timestamp, agentState: { ...idle, name: 'AfterCallWork', type: 'after_call_work' } }),
  after_call_work_end: of('ended', { startedAt: timestamp, durationMs: 9_000, agentState: idle }),
  reject_call: of('rejected', { rejectedBy: 'agent', ringDurationMs: 2_000 }),
  missed_call: of('missed', { reason: 'timeout', agentStateName: 'MissedCallAgent', ringDurationMs: 20_000 }),
  outgoing_call: of('connecting', { phoneNumber: '+442071838750', queue: null, initiatedBy: 'agent' }),
  next_status: { nextState: { ...idle, name: 'Lunch', type: 'not_routable' }, previous: null, current: idle },
}

/** A call of the agent, the customer and one more, for the messages that act on a contact. */
export const conference = { ...EVENT_SAMPLES.call_started, contact: contact('c1', 'connected', { connections: [connection('n1', 'inbound'), third] }) }

/** One payload and one answer of every message. */
export const MESSAGE_SAMPLES = {
  update_contact: [{ 'sa-name': 'Ben', tier: '' }, { contactId: 'c1', initialContactId: null, attributes: { 'sa-name': 'Ben' } }],
  update_customer: [{ email: 'ben@example.com', name: 'Ben' }, { customer: { email: 'ben@example.com', name: 'Ben' } }],
  update_quick_connects: [{}, { quickConnects: [endpoint] }],
  transfer_call: [{ number: '+442071838751' }, { contactId: 'c1', connectionId: 'n2', kind: 'cold', endpoint }],
  end_conference_call: [{ connectionId: 'n2' }, { contactId: 'c1', connectionId: 'n2' }],
  quick_connect: [{ name: 'Billing', message: 'please take over' }, { contactId: 'c1', connectionId: null, kind: 'cold', endpoint }],
  show_notification: [{ type: 'CREATE_NOTIFICATION', header: 'Order', text: 'Three are open' }, { notificationIds: ['n-1'] }],
  show_popup_message: [{ type: 'SUCCESS', popupMessage: 'saved' }, {}],
}

/** @param {string[]} scopes @param {string[]} [events] */
export const manifest = (scopes, events = []) => ({
  manifest: 1, id: PLUGIN, name: 'Contract', version: '1.0.0', type: 'call', url: `${ORIGIN}/`, origins: [], events,
  scopes: scopes.map((scope) => ({ scope, reason: 'the suite' })),
})
