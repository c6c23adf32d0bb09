// Generated from src/schema by `cargo run --no-default-features --example generate`. Do not edit.
// How an event crosses: docs/decisions/0005-how-an-event-crosses.md
// @ts-check
import { put } from '../packed.js'

/** @typedef {(r: import('../packed.js').PackedReader) => any} Reader */
/** @typedef {[name: string, read: Reader]} Member */

/** Most whole numbers and doubles of one payload. */
export const MAX_WHOLES = 4096
export const MAX_DOUBLES = 1024

/** @type {Reader} */
function readAddConnection(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, AddConnectionMembers)
  return {
    contactId: r.string(),
    contact: readContact(r),
    connection: readConnection(r),
    initiatedBy: r.choice(InitiatedBy),
  }
}
/** @type {Member[]} */
const AddConnectionMembers = [
  ['contactId', (r) => r.string()],
  ['contact', (r) => readContact(r)],
  ['connection', (r) => readConnection(r)],
  ['initiatedBy', (r) => r.choice(InitiatedBy)],
]

/** @type {Reader} */
function readAfterCallWork(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, AfterCallWorkMembers)
  return {
    contactId: r.string(),
    contact: readContact(r),
    startedAt: r.integer(),
    agentState: readAgentState(r),
  }
}
/** @type {Member[]} */
const AfterCallWorkMembers = [
  ['contactId', (r) => r.string()],
  ['contact', (r) => readContact(r)],
  ['startedAt', (r) => r.integer()],
  ['agentState', (r) => readAgentState(r)],
]

/** @type {Reader} */
function readAfterCallWorkEnd(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, AfterCallWorkEndMembers)
  return {
    contactId: r.string(),
    contact: readContact(r),
    startedAt: r.integer(),
    durationMs: r.integer(),
    agentState: readAgentState(r),
  }
}
/** @type {Member[]} */
const AfterCallWorkEndMembers = [
  ['contactId', (r) => r.string()],
  ['contact', (r) => readContact(r)],
  ['startedAt', (r) => r.integer()],
  ['durationMs', (r) => r.integer()],
  ['agentState', (r) => readAgentState(r)],
]

/** @type {Reader} */
function readAgentState(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, AgentStateMembers)
  return {
    name: r.string(),
    type: r.choice(AgentStateType),
    agentStateARN: r.string(),
    startTimestamp: r.integer(),
  }
}
/** @type {Member[]} */
const AgentStateMembers = [
  ['name', (r) => r.string()],
  ['type', (r) => r.choice(AgentStateType)],
  ['agentStateARN', (r) => r.string()],
  ['startTimestamp', (r) => r.integer()],
]

const AgentStateType = ['init', 'routable', 'not_routable', 'offline', 'system', 'error', 'after_call_work']

/** @type {Reader} */
function readAttributeChange(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, AttributeChangeMembers)
  return {
    from: r.string(),
    to: r.string(),
  }
}
/** @type {Member[]} */
const AttributeChangeMembers = [
  ['from', (r) => r.string()],
  ['to', (r) => r.string()],
]

/** @type {Reader} */
function readAttributeChanges(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, AttributeChangesMembers)
  return {
    added: r.map((r) => r.string()),
    changed: r.map((r) => readAttributeChange(r)),
    removed: r.list((r) => r.string()),
  }
}
/** @type {Member[]} */
const AttributeChangesMembers = [
  ['added', (r) => r.map((r) => r.string())],
  ['changed', (r) => r.map((r) => readAttributeChange(r))],
  ['removed', (r) => r.list((r) => r.string())],
]

const CallDirection = ['inbound', 'outbound']

const CallEndReason = ['ended', 'error', 'transferred', 'removed']

/** @type {Reader} */
function readCallEnded(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, CallEndedMembers)
  return {
    contactId: r.string(),
    contact: readContact(r),
    reason: r.choice(CallEndReason),
    endedBy: r.choice(InitiatedBy),
    durationMs: r.integer(),
    talkMs: r.integer(),
    holdMs: r.integer(),
  }
}
/** @type {Member[]} */
const CallEndedMembers = [
  ['contactId', (r) => r.string()],
  ['contact', (r) => readContact(r)],
  ['reason', (r) => r.choice(CallEndReason)],
  ['endedBy', (r) => r.choice(InitiatedBy)],
  ['durationMs', (r) => r.integer()],
  ['talkMs', (r) => r.integer()],
  ['holdMs', (r) => r.integer()],
]

/** @type {Reader} */
function readCallStarted(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, CallStartedMembers)
  return {
    contactId: r.string(),
    contact: readContact(r),
    direction: r.choice(CallDirection),
    startedAt: r.integer(),
    ringDurationMs: r.integer(),
  }
}
/** @type {Member[]} */
const CallStartedMembers = [
  ['contactId', (r) => r.string()],
  ['contact', (r) => readContact(r)],
  ['direction', (r) => r.choice(CallDirection)],
  ['startedAt', (r) => r.integer()],
  ['ringDurationMs', (r) => r.integer()],
]

/** @type {Reader} */
function readConferenceConnections(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, ConferenceConnectionsMembers)
  return {
    contactId: r.string(),
    contact: readContact(r),
    connections: r.list((r) => readConnection(r)),
  }
}
/** @type {Member[]} */
const ConferenceConnectionsMembers = [
  ['contactId', (r) => r.string()],
  ['contact', (r) => readContact(r)],
  ['connections', (r) => r.list((r) => readConnection(r))],
]

/** @type {Reader} */
function readConnection(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, ConnectionMembers)
  const value = {
    connectionId: r.string(),
    contactId: r.string(),
    type: r.choice(ConnectionType),
    state: readConnectionState(r),
    isInitialConnection: r.boolean(),
    endpoint: readEndpoint(r),
    quickConnectName: r.string(),
  }
  if (shape & 1) put(value, 'isMute', r.boolean())
  if (shape & 2) put(value, 'isForcedMute', r.boolean())
  if (shape & 4) put(value, 'monitorStatus', r.choice(MonitorStatus))
  return value
}
/** @type {Member[]} */
const ConnectionMembers = [
  ['connectionId', (r) => r.string()],
  ['contactId', (r) => r.string()],
  ['type', (r) => r.choice(ConnectionType)],
  ['state', (r) => readConnectionState(r)],
  ['isInitialConnection', (r) => r.boolean()],
  ['endpoint', (r) => readEndpoint(r)],
  ['quickConnectName', (r) => r.string()],
  ['isMute', (r) => r.boolean()],
  ['isForcedMute', (r) => r.boolean()],
  ['monitorStatus', (r) => r.choice(MonitorStatus)],
]

/** @type {Reader} */
function readConnectionState(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, ConnectionStateMembers)
  return {
    type: r.choice(ConnectionStateType),
    timestamp: r.integer(),
  }
}
/** @type {Member[]} */
const ConnectionStateMembers = [
  ['type', (r) => r.choice(ConnectionStateType)],
  ['timestamp', (r) => r.integer()],
]

const ConnectionStateType = ['init', 'connecting', 'connected', 'hold', 'disconnected', 'silent_monitor', 'barge', 'rejected']

const ConnectionType = ['agent', 'inbound', 'outbound', 'monitoring']

/** @type {Reader} */
function readContact(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, ContactMembers)
  const value = {
    contactId: r.string(),
    initialContactId: r.string(),
    type: r.choice(ContactType),
    subtype: r.string(),
    state: readContactState(r),
    direction: r.choice(CallDirection),
    initiationMethod: r.choice(InitiationMethod),
    queue: readQueue(r),
    queueTimestamp: r.integer(),
    attributes: r.map((r) => r.string()),
    connections: r.list((r) => readConnection(r)),
    customerEndpoint: readEndpoint(r),
    phoneNumber: r.string(),
    isMultiPartyConferenceEnabled: r.boolean(),
    isAutoAcceptEnabled: r.boolean(),
    isSoftphoneCall: r.boolean(),
  }
  if (shape & 1) put(value, 'relatedContactId', r.string())
  if (shape & 2) put(value, 'contactAssociationId', r.string())
  if (shape & 4) put(value, 'segmentAttributes', r.map((r) => r.string()))
  if (shape & 8) put(value, 'name', r.string())
  if (shape & 16) put(value, 'description', r.string())
  if (shape & 32) put(value, 'references', r.map((r) => readReference(r)))
  return value
}
/** @type {Member[]} */
const ContactMembers = [
  ['contactId', (r) => r.string()],
  ['initialContactId', (r) => r.string()],
  ['type', (r) => r.choice(ContactType)],
  ['subtype', (r) => r.string()],
  ['state', (r) => readContactState(r)],
  ['direction', (r) => r.choice(CallDirection)],
  ['initiationMethod', (r) => r.choice(InitiationMethod)],
  ['queue', (r) => readQueue(r)],
  ['queueTimestamp', (r) => r.integer()],
  ['attributes', (r) => r.map((r) => r.string())],
  ['connections', (r) => r.list((r) => readConnection(r))],
  ['customerEndpoint', (r) => readEndpoint(r)],
  ['phoneNumber', (r) => r.string()],
  ['isMultiPartyConferenceEnabled', (r) => r.boolean()],
  ['isAutoAcceptEnabled', (r) => r.boolean()],
  ['isSoftphoneCall', (r) => r.boolean()],
  ['relatedContactId', (r) => r.string()],
  ['contactAssociationId', (r) => r.string()],
  ['segmentAttributes', (r) => r.map((r) => r.string())],
  ['name', (r) => r.string()],
  ['description', (r) => r.string()],
  ['references', (r) => r.map((r) => readReference(r))],
]

/** @type {Reader} */
function readContactState(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, ContactStateMembers)
  return {
    type: r.choice(ContactStateType),
    timestamp: r.integer(),
  }
}
/** @type {Member[]} */
const ContactStateMembers = [
  ['type', (r) => r.choice(ContactStateType)],
  ['timestamp', (r) => r.integer()],
]

const ContactStateType = ['init', 'incoming', 'pending', 'connecting', 'connected', 'missed', 'rejected', 'error', 'ended', 'paused']

const ContactType = ['voice', 'queue_callback', 'chat', 'task', 'email']

/** @type {Reader} */
function readContactUpdated(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, ContactUpdatedMembers)
  const value = {
    contactId: r.string(),
    contact: readContact(r),
    changed: r.list((r) => r.string()),
  }
  if (shape & 1) put(value, 'attributes', readAttributeChanges(r))
  return value
}
/** @type {Member[]} */
const ContactUpdatedMembers = [
  ['contactId', (r) => r.string()],
  ['contact', (r) => readContact(r)],
  ['changed', (r) => r.list((r) => r.string())],
  ['attributes', (r) => readAttributeChanges(r)],
]

/** @type {Reader} */
function readCustomer(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, CustomerMembers)
  const value = {}
  if (shape & 1) put(value, 'email', r.string())
  if (shape & 2) put(value, 'phoneNumber', r.string())
  if (shape & 4) put(value, 'name', r.string())
  if (shape & 8) put(value, 'ID', r.string())
  return value
}
/** @type {Member[]} */
const CustomerMembers = [
  ['email', (r) => r.string()],
  ['phoneNumber', (r) => r.string()],
  ['name', (r) => r.string()],
  ['ID', (r) => r.string()],
]

/** @type {Reader} */
function readDone(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, DoneMembers)
  return {}
}
/** @type {Member[]} */
const DoneMembers = [
]

/** @type {Reader} */
function readEndConferenceCallAnswer(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, EndConferenceCallAnswerMembers)
  return {
    contactId: r.string(),
    connectionId: r.string(),
  }
}
/** @type {Member[]} */
const EndConferenceCallAnswerMembers = [
  ['contactId', (r) => r.string()],
  ['connectionId', (r) => r.string()],
]

/** @type {Reader} */
function readEndConnection(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, EndConnectionMembers)
  return {
    contactId: r.string(),
    contact: readContact(r),
    connection: readConnection(r),
    remaining: r.list((r) => readConnection(r)),
    initiatedBy: r.choice(InitiatedBy),
  }
}
/** @type {Member[]} */
const EndConnectionMembers = [
  ['contactId', (r) => r.string()],
  ['contact', (r) => readContact(r)],
  ['connection', (r) => readConnection(r)],
  ['remaining', (r) => r.list((r) => readConnection(r))],
  ['initiatedBy', (r) => r.choice(InitiatedBy)],
]

/** @type {Reader} */
function readEndpoint(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, EndpointMembers)
  return {
    endpointARN: r.string(),
    endpointId: r.string(),
    type: r.choice(EndpointType),
    name: r.string(),
    phoneNumber: r.string(),
    agentLogin: r.string(),
    queue: r.string(),
  }
}
/** @type {Member[]} */
const EndpointMembers = [
  ['endpointARN', (r) => r.string()],
  ['endpointId', (r) => r.string()],
  ['type', (r) => r.choice(EndpointType)],
  ['name', (r) => r.string()],
  ['phoneNumber', (r) => r.string()],
  ['agentLogin', (r) => r.string()],
  ['queue', (r) => r.string()],
]

const EndpointType = ['phone_number', 'agent', 'queue']

/** @type {Reader} */
function readGetCompanyIdAnswer(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, GetCompanyIdAnswerMembers)
  return {
    companyId: r.string(),
  }
}
/** @type {Member[]} */
const GetCompanyIdAnswerMembers = [
  ['companyId', (r) => r.string()],
]

/** @type {Reader} */
function readGetContactAnswer(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, GetContactAnswerMembers)
  return {
    contact: readContact(r),
  }
}
/** @type {Member[]} */
const GetContactAnswerMembers = [
  ['contact', (r) => readContact(r)],
]

/** @type {Reader} */
function readGetContactsAnswer(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, GetContactsAnswerMembers)
  return {
    contacts: r.list((r) => readContact(r)),
  }
}
/** @type {Member[]} */
const GetContactsAnswerMembers = [
  ['contacts', (r) => r.list((r) => readContact(r))],
]

/** @type {Reader} */
function readGetUserAnswer(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, GetUserAnswerMembers)
  return {
    user: readUser(r),
  }
}
/** @type {Member[]} */
const GetUserAnswerMembers = [
  ['user', (r) => readUser(r)],
]

/** @type {Reader} */
function readIncomingCall(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, IncomingCallMembers)
  const value = {
    contactId: r.string(),
    contact: readContact(r),
    phoneNumber: r.string(),
    queue: readQueue(r),
    isCallback: r.boolean(),
    autoAccept: r.boolean(),
  }
  if (shape & 1) put(value, 'transferredFrom', r.string())
  return value
}
/** @type {Member[]} */
const IncomingCallMembers = [
  ['contactId', (r) => r.string()],
  ['contact', (r) => readContact(r)],
  ['phoneNumber', (r) => r.string()],
  ['queue', (r) => readQueue(r)],
  ['isCallback', (r) => r.boolean()],
  ['autoAccept', (r) => r.boolean()],
  ['transferredFrom', (r) => r.string()],
]

const InitiatedBy = ['agent', 'plugin', 'customer', 'campaign', 'unknown']

const InitiationMethod = ['inbound', 'outbound', 'transfer', 'queue_transfer', 'callback', 'api', 'disconnect', 'webrtc_api', 'agent_reply', 'campaign_preview', 'external_outbound', 'monitor', 'flow', 'callback_customer_first_queued', 'callback_customer_first_dialed']

/** @type {Reader} */
function readLiveAnswer(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, LiveAnswerMembers)
  return {
    events: r.list((r) => readLiveEvent(r)),
  }
}
/** @type {Member[]} */
const LiveAnswerMembers = [
  ['events', (r) => r.list((r) => readLiveEvent(r))],
]

/** @type {Reader} */
function readLiveEvent(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, LiveEventMembers)
  return {
    timestamp: r.integer(),
    payload: r.unusual(r.whole(), []),
  }
}
/** @type {Member[]} */
const LiveEventMembers = [
  ['timestamp', (r) => r.integer()],
  ['payload', (r) => r.unusual(r.whole(), [])],
]

/** @type {Reader} */
function readMissedCall(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, MissedCallMembers)
  return {
    contactId: r.string(),
    contact: readContact(r),
    reason: r.choice(MissedCallReason),
    agentStateName: r.string(),
    ringDurationMs: r.integer(),
  }
}
/** @type {Member[]} */
const MissedCallMembers = [
  ['contactId', (r) => r.string()],
  ['contact', (r) => readContact(r)],
  ['reason', (r) => r.choice(MissedCallReason)],
  ['agentStateName', (r) => r.string()],
  ['ringDurationMs', (r) => r.integer()],
]

const MissedCallReason = ['timeout', 'customer_abandoned', 'agent_unreachable', 'error', 'unknown']

const MonitorStatus = ['SILENT_MONITOR', 'BARGE']

/** @type {Reader} */
function readNextStatus(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, NextStatusMembers)
  return {
    nextState: readAgentState(r),
    previous: readAgentState(r),
    current: readAgentState(r),
  }
}
/** @type {Member[]} */
const NextStatusMembers = [
  ['nextState', (r) => readAgentState(r)],
  ['previous', (r) => readAgentState(r)],
  ['current', (r) => readAgentState(r)],
]

/** @type {Reader} */
function readOffHold(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, OffHoldMembers)
  return {
    contactId: r.string(),
    contact: readContact(r),
    connection: readConnection(r),
    self: r.boolean(),
    heldMs: r.integer(),
  }
}
/** @type {Member[]} */
const OffHoldMembers = [
  ['contactId', (r) => r.string()],
  ['contact', (r) => readContact(r)],
  ['connection', (r) => readConnection(r)],
  ['self', (r) => r.boolean()],
  ['heldMs', (r) => r.integer()],
]

/** @type {Reader} */
function readOnHold(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, OnHoldMembers)
  return {
    contactId: r.string(),
    contact: readContact(r),
    connection: readConnection(r),
    self: r.boolean(),
    heldConnections: r.list((r) => r.string()),
  }
}
/** @type {Member[]} */
const OnHoldMembers = [
  ['contactId', (r) => r.string()],
  ['contact', (r) => readContact(r)],
  ['connection', (r) => readConnection(r)],
  ['self', (r) => r.boolean()],
  ['heldConnections', (r) => r.list((r) => r.string())],
]

/** @type {Reader} */
function readOutgoingCall(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, OutgoingCallMembers)
  return {
    contactId: r.string(),
    contact: readContact(r),
    phoneNumber: r.string(),
    queue: readQueue(r),
    initiatedBy: r.choice(InitiatedBy),
  }
}
/** @type {Member[]} */
const OutgoingCallMembers = [
  ['contactId', (r) => r.string()],
  ['contact', (r) => readContact(r)],
  ['phoneNumber', (r) => r.string()],
  ['queue', (r) => readQueue(r)],
  ['initiatedBy', (r) => r.choice(InitiatedBy)],
]

/** @type {Reader} */
function readQueue(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, QueueMembers)
  return {
    name: r.string(),
    queueARN: r.string(),
    queueId: r.string(),
  }
}
/** @type {Member[]} */
const QueueMembers = [
  ['name', (r) => r.string()],
  ['queueARN', (r) => r.string()],
  ['queueId', (r) => r.string()],
]

/** @type {Reader} */
function readReference(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, ReferenceMembers)
  return {
    type: r.string(),
    value: r.string(),
  }
}
/** @type {Member[]} */
const ReferenceMembers = [
  ['type', (r) => r.string()],
  ['value', (r) => r.string()],
]

/** @type {Reader} */
function readRejectCall(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, RejectCallMembers)
  return {
    contactId: r.string(),
    contact: readContact(r),
    rejectedBy: r.choice(InitiatedBy),
    ringDurationMs: r.integer(),
  }
}
/** @type {Member[]} */
const RejectCallMembers = [
  ['contactId', (r) => r.string()],
  ['contact', (r) => readContact(r)],
  ['rejectedBy', (r) => r.choice(InitiatedBy)],
  ['ringDurationMs', (r) => r.integer()],
]

/** @type {Reader} */
function readRoutingProfile(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, RoutingProfileMembers)
  return {
    name: r.string(),
    routingProfileARN: r.string(),
    routingProfileId: r.string(),
    defaultOutboundQueue: readQueue(r),
    queues: r.list((r) => readQueue(r)),
    channelConcurrencyMap: r.map((r) => r.integer()),
  }
}
/** @type {Member[]} */
const RoutingProfileMembers = [
  ['name', (r) => r.string()],
  ['routingProfileARN', (r) => r.string()],
  ['routingProfileId', (r) => r.string()],
  ['defaultOutboundQueue', (r) => readQueue(r)],
  ['queues', (r) => r.list((r) => readQueue(r))],
  ['channelConcurrencyMap', (r) => r.map((r) => r.integer())],
]

/** @type {Reader} */
function readShowNotificationAnswer(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, ShowNotificationAnswerMembers)
  return {
    notificationIds: r.list((r) => r.string()),
  }
}
/** @type {Member[]} */
const ShowNotificationAnswerMembers = [
  ['notificationIds', (r) => r.list((r) => r.string())],
]

/** @type {Reader} */
function readSnapshot(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, SnapshotMembers)
  return {
    user: readUser(r),
    companyId: r.string(),
    contacts: r.list((r) => readContact(r)),
    focusedContactId: r.string(),
    visible: r.boolean(),
  }
}
/** @type {Member[]} */
const SnapshotMembers = [
  ['user', (r) => readUser(r)],
  ['companyId', (r) => r.string()],
  ['contacts', (r) => r.list((r) => readContact(r))],
  ['focusedContactId', (r) => r.string()],
  ['visible', (r) => r.boolean()],
]

/** @type {Reader} */
function readSnapshotAnswer(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, SnapshotAnswerMembers)
  return {
    snapshot: readSnapshot(r),
  }
}
/** @type {Member[]} */
const SnapshotAnswerMembers = [
  ['snapshot', (r) => readSnapshot(r)],
]

/** @type {Reader} */
function readToggleConnections(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, ToggleConnectionsMembers)
  return {
    contactId: r.string(),
    contact: readContact(r),
    active: r.list((r) => readConnection(r)),
    held: r.list((r) => readConnection(r)),
  }
}
/** @type {Member[]} */
const ToggleConnectionsMembers = [
  ['contactId', (r) => r.string()],
  ['contact', (r) => readContact(r)],
  ['active', (r) => r.list((r) => readConnection(r))],
  ['held', (r) => r.list((r) => readConnection(r))],
]

/** @type {Reader} */
function readTransferCall(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, TransferCallMembers)
  return {
    contactId: r.string(),
    contact: readContact(r),
    kind: r.choice(TransferKind),
    endpoint: readEndpoint(r),
    connectionId: r.string(),
    quickConnectName: r.string(),
    initiatedBy: r.choice(InitiatedBy),
  }
}
/** @type {Member[]} */
const TransferCallMembers = [
  ['contactId', (r) => r.string()],
  ['contact', (r) => readContact(r)],
  ['kind', (r) => r.choice(TransferKind)],
  ['endpoint', (r) => readEndpoint(r)],
  ['connectionId', (r) => r.string()],
  ['quickConnectName', (r) => r.string()],
  ['initiatedBy', (r) => r.choice(InitiatedBy)],
]

/** @type {Reader} */
function readTransferCallAnswer(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, TransferCallAnswerMembers)
  return {
    contactId: r.string(),
    connectionId: r.string(),
    kind: r.choice(TransferKind),
    endpoint: readEndpoint(r),
  }
}
/** @type {Member[]} */
const TransferCallAnswerMembers = [
  ['contactId', (r) => r.string()],
  ['connectionId', (r) => r.string()],
  ['kind', (r) => r.choice(TransferKind)],
  ['endpoint', (r) => readEndpoint(r)],
]

const TransferKind = ['warm', 'cold']

/** @type {Reader} */
function readUpdateContactAnswer(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, UpdateContactAnswerMembers)
  return {
    contactId: r.string(),
    initialContactId: r.string(),
    attributes: r.map((r) => r.string()),
  }
}
/** @type {Member[]} */
const UpdateContactAnswerMembers = [
  ['contactId', (r) => r.string()],
  ['initialContactId', (r) => r.string()],
  ['attributes', (r) => r.map((r) => r.string())],
]

/** @type {Reader} */
function readUpdateCustomerAnswer(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, UpdateCustomerAnswerMembers)
  return {
    customer: readCustomer(r),
  }
}
/** @type {Member[]} */
const UpdateCustomerAnswerMembers = [
  ['customer', (r) => readCustomer(r)],
]

/** @type {Reader} */
function readUpdateQuickConnectsAnswer(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, UpdateQuickConnectsAnswerMembers)
  return {
    quickConnects: r.list((r) => readEndpoint(r)),
  }
}
/** @type {Member[]} */
const UpdateQuickConnectsAnswerMembers = [
  ['quickConnects', (r) => r.list((r) => readEndpoint(r))],
]

/** @type {Reader} */
function readUser(r) {
  const shape = r.whole()
  if (shape < 0) return r.unusual(shape, UserMembers)
  return {
    agentARN: r.string(),
    username: r.string(),
    name: r.string(),
    extension: r.string(),
    permissions: r.list((r) => r.string()),
    softphoneEnabled: r.boolean(),
    locale: r.string(),
    routingProfile: readRoutingProfile(r),
    state: readAgentState(r),
    nextState: readAgentState(r),
  }
}
/** @type {Member[]} */
const UserMembers = [
  ['agentARN', (r) => r.string()],
  ['username', (r) => r.string()],
  ['name', (r) => r.string()],
  ['extension', (r) => r.string()],
  ['permissions', (r) => r.list((r) => r.string())],
  ['softphoneEnabled', (r) => r.boolean()],
  ['locale', (r) => r.string()],
  ['routingProfile', (r) => readRoutingProfile(r)],
  ['state', (r) => readAgentState(r)],
  ['nextState', (r) => readAgentState(r)],
]

/** The events and the answers with their readers, by number. @type {Member[]} */
export const READERS = [
  ['incoming_call', readIncomingCall],
  ['contact_updated', readContactUpdated],
  ['call_started', readCallStarted],
  ['on_hold', readOnHold],
  ['off_hold', readOffHold],
  ['call_ended', readCallEnded],
  ['reject_call', readRejectCall],
  ['outgoing_call', readOutgoingCall],
  ['transfer_call', readTransferCall],
  ['missed_call', readMissedCall],
  ['add_connection', readAddConnection],
  ['conference_connections', readConferenceConnections],
  ['end_connection', readEndConnection],
  ['toggle_connections', readToggleConnections],
  ['after_call_work', readAfterCallWork],
  ['after_call_work_end', readAfterCallWorkEnd],
  ['next_status', readNextStatus],
  ['update_contact', readUpdateContactAnswer],
  ['update_customer', readUpdateCustomerAnswer],
  ['update_quick_connects', readUpdateQuickConnectsAnswer],
  ['transfer_call', readTransferCallAnswer],
  ['end_conference_call', readEndConferenceCallAnswer],
  ['quick_connect', readTransferCallAnswer],
  ['show_notification', readShowNotificationAnswer],
  ['show_popup_message', readDone],
  ['show_plugin', readDone],
  ['hide_plugin', readDone],
  ['set_title_tag', readDone],
  ['get_user', readGetUserAnswer],
  ['get_company_id', readGetCompanyIdAnswer],
  ['get_contacts', readGetContactsAnswer],
  ['get_contact', readGetContactAnswer],
  ['$snapshot', readSnapshotAnswer],
  ['$live', readLiveAnswer],
]
