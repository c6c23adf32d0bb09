// Generated from src/schema by `cargo run --no-default-features --example generate`. Do not edit.
//
// What comes from the host is open: a newer host may send members that are not listed here. They are there at run
// time; to use them, declare them by augmentation, which keeps completion exact:
//
//   declare module 'smartagent-plugin-sdk' {
//     interface Contact { loyaltyTier?: string }
//     interface EventMap { 'acme.order_opened': { orderId: string } }
//   }
//
// Every time is epoch milliseconds; the name of a duration ends in `Ms`.

/** `incoming_call`: a call rings, or a callback is offered. */
export interface IncomingCall {
  /** Id of the contact. */
  contactId: string
  /** The contact after the change. */
  contact: Contact
  /** The caller's number. */
  phoneNumber: string | null
  /** Queue it came through. */
  queue: Queue | null
  /** Whether it is a queued callback. */
  isCallback: boolean
  /** Whether it is accepted without the agent. */
  autoAccept: boolean
  /** Id of the contact it was transferred from. */
  transferredFrom?: string
}

/** A call, chat, task or e-mail that the agent works on. */
export interface Contact {
  /** Id of this leg; a transfer makes a new one. */
  contactId: string
  /** Id of the first leg, which holds the attributes. */
  initialContactId: string | null
  /** Channel. */
  type: ContactType
  /** Channel's variety, as `connect:WebRTC`. */
  subtype: string | null
  /** Where it stands. */
  state: ContactState
  /** Which way it goes. */
  direction: CallDirection
  /** How it came to be. */
  initiationMethod: InitiationMethod | null
  /** Queue it came through. */
  queue: Queue | null
  /** When it entered the queue, epoch milliseconds. */
  queueTimestamp: number | null
  /** Contact attributes. */
  attributes: Record<string, string>
  /** Its parties, the agent's own leg included. */
  connections: Connection[]
  /** The customer. */
  customerEndpoint: Endpoint | null
  /** The customer's number. */
  phoneNumber: string | null
  /** Whether more than three parties may take part. */
  isMultiPartyConferenceEnabled: boolean
  /** Whether it is accepted without the agent. */
  isAutoAcceptEnabled: boolean
  /** Whether the agent talks through the browser. */
  isSoftphoneCall: boolean
  /** A contact it follows. */
  relatedContactId?: string | null
  /** Ties the contacts of one conversation together. */
  contactAssociationId?: string | null
  /** System attributes of Amazon Connect. */
  segmentAttributes?: Record<string, string>
  /** Name of a task or chat. */
  name?: string | null
  /** Description of a task or chat. */
  description?: string | null
  /** References by name. */
  references?: Record<string, Reference>
}

/** Channel of a contact. */
export type ContactType =
  /** A call. */
  | 'voice'
  /** A queued callback. */
  | 'queue_callback'
  /** A chat. */
  | 'chat'
  /** A task. */
  | 'task'
  /** An e-mail. */
  | 'email'

/** Where a contact stands, and since when. */
export interface ContactState {
  /** State. */
  type: ContactStateType
  /** Since when, epoch milliseconds. */
  timestamp: number
}

/** Where a contact stands, as in Amazon Connect Streams' `ContactStateType`. */
export type ContactStateType =
  /** Known, nothing happened yet. */
  | 'init'
  /** Offered to the agent; voice contacts go straight to `connecting`. */
  | 'incoming'
  /** Waiting for the other side. */
  | 'pending'
  /** Ringing or being set up. */
  | 'connecting'
  /** The agent takes part. */
  | 'connected'
  /** Offered and not taken in time. */
  | 'missed'
  /** Refused by the agent. */
  | 'rejected'
  /** Failed. */
  | 'error'
  /** Over; after call work while it is still listed. */
  | 'ended'
  /** A paused task. */
  | 'paused'

/** Which way a contact goes, seen from the desktop. */
export type CallDirection =
  /** Towards the agent. */
  | 'inbound'
  /** From the agent. */
  | 'outbound'

/** How a contact came to be. */
export type InitiationMethod =
  /** The customer called. */
  | 'inbound'
  /** An agent called. */
  | 'outbound'
  /** Transferred by an agent. */
  | 'transfer'
  /** Transferred from another queue. */
  | 'queue_transfer'
  /** A queued callback. */
  | 'callback'
  /** Started by an application. */
  | 'api'
  /** Started by a disconnect flow. */
  | 'disconnect'
  /** Started by an application over WebRTC. */
  | 'webrtc_api'
  /** An agent's reply to an e-mail. */
  | 'agent_reply'
  /** A campaign that the agent previews. */
  | 'campaign_preview'
  /** Called from outside Amazon Connect. */
  | 'external_outbound'
  /** A supervisor's monitoring. */
  | 'monitor'
  /** Started by a flow. */
  | 'flow'
  /** A callback that waits for the customer first, in a queue. */
  | 'callback_customer_first_queued'
  /** A callback that dials the customer first. */
  | 'callback_customer_first_dialed'

/** A queue of the contact centre. */
export interface Queue {
  /** Name that an agent reads. */
  name: string
  /** Amazon resource name. */
  queueARN: string
  /** Last part of the ARN. */
  queueId: string
}

/** One party of a contact. */
export interface Connection {
  /** Id within the contact centre. */
  connectionId: string
  /** Contact it belongs to. */
  contactId: string
  /** Which part it is. */
  type: ConnectionType
  /** Where it stands. */
  state: ConnectionState
  /** Whether the contact began with it. */
  isInitialConnection: boolean
  /** Who it is. */
  endpoint: Endpoint | null
  /** Name of the quick connect it was made with. */
  quickConnectName: string | null
  /** Whether the party is muted. */
  isMute?: boolean
  /** Whether it was muted by another party. */
  isForcedMute?: boolean
  /** How a supervisor takes part. */
  monitorStatus?: MonitorStatus | null
}

/** Which part of the contact a connection is. */
export type ConnectionType =
  /** The agent's own leg. */
  | 'agent'
  /** The party that started the contact. */
  | 'inbound'
  /** A party that was called. */
  | 'outbound'
  /** A supervisor who monitors. */
  | 'monitoring'

/** Where a connection stands, and since when. */
export interface ConnectionState {
  /** State. */
  type: ConnectionStateType
  /** Since when, epoch milliseconds. */
  timestamp: number
}

/** Where a connection stands. */
export type ConnectionStateType =
  /** Known, nothing happened yet. */
  | 'init'
  /** Ringing or being set up. */
  | 'connecting'
  /** Hears and is heard. */
  | 'connected'
  /** On hold. */
  | 'hold'
  /** Gone. */
  | 'disconnected'
  /** A supervisor who listens. */
  | 'silent_monitor'
  /** A supervisor who takes part. */
  | 'barge'
  /** Refused. */
  | 'rejected'

/** A party that can be called: a number, an agent or a queue. Every member may be null. */
export interface Endpoint {
  /** Amazon resource name. */
  endpointARN: string | null
  /** Alias of `endpointARN` in Amazon Connect Streams. */
  endpointId: string | null
  /** What it is. */
  type: EndpointType | null
  /** Name that an agent reads. */
  name: string | null
  /** Telephone number, E.164 where the source has it so. */
  phoneNumber: string | null
  /** Login name of the agent. */
  agentLogin: string | null
  /** Name or ARN of the queue. */
  queue: string | null
}

/** What an endpoint is. */
export type EndpointType =
  /** A telephone number. */
  | 'phone_number'
  /** An agent. */
  | 'agent'
  /** A queue. */
  | 'queue'

/** How a supervisor takes part. */
export type MonitorStatus =
  /** Listens. */
  | 'SILENT_MONITOR'
  /** Talks. */
  | 'BARGE'

/** A named reference of a contact, as tasks and chats carry them. */
export interface Reference {
  /** Kind, as `URL` or `ATTACHMENT`. */
  type: string
  /** Value, as an address. */
  value: string
}

/** `contact_updated`: something about a contact changed. */
export interface ContactUpdated {
  /** Id of the contact. */
  contactId: string
  /** The contact after the change. */
  contact: Contact
  /** Top-level members of `contact` that differ. */
  changed: string[]
  /** What became of the attributes, when they differ. */
  attributes?: AttributeChanges
}

/** What became of a contact's attributes. */
export interface AttributeChanges {
  /** New ones. */
  added: Record<string, string>
  /** Those with another value. */
  changed: Record<string, AttributeChange>
  /** Names of those that are gone. */
  removed: string[]
}

/** What became of an attribute's value. */
export interface AttributeChange {
  /** Value before. */
  from: string
  /** Value now. */
  to: string
}

/** `call_started`: agent and other party talk. */
export interface CallStarted {
  /** Id of the contact. */
  contactId: string
  /** The contact after the change. */
  contact: Contact
  /** Which way the call goes. */
  direction: CallDirection
  /** When it was connected, epoch milliseconds. */
  startedAt: number
  /** How long it rang; null where the ringing was not seen. */
  ringDurationMs: number | null
}

/** `on_hold`: a party was put on hold. */
export interface OnHold {
  /** Id of the contact. */
  contactId: string
  /** The contact after the change. */
  contact: Contact
  /** The party. */
  connection: Connection
  /** Whether it is the agent's own leg. */
  self: boolean
  /** Ids of all connections that are on hold now. */
  heldConnections: string[]
}

/** `off_hold`: a party was taken off hold. */
export interface OffHold {
  /** Id of the contact. */
  contactId: string
  /** The contact after the change. */
  contact: Contact
  /** The party. */
  connection: Connection
  /** Whether it is the agent's own leg. */
  self: boolean
  /** How long it was held. */
  heldMs: number
}

/** `call_ended`: a call that had been connected, or an outbound one, is over. */
export interface CallEnded {
  /** Id of the contact. */
  contactId: string
  /** The contact, or what was last known of it. */
  contact: Contact
  /** Why. */
  reason: CallEndReason
  /** Who ended it. */
  endedBy: InitiatedBy
  /** From the first ring to the end. */
  durationMs: number
  /** Connected time, without hold. */
  talkMs: number
  /** Time on hold. */
  holdMs: number
}

/** Why a call ended. */
export type CallEndReason =
  /** Hung up. */
  | 'ended'
  /** Failed. */
  | 'error'
  /** Handed over. */
  | 'transferred'
  /** No longer listed, for a reason that is not known. */
  | 'removed'

/** Who did something. */
export type InitiatedBy =
  /** The agent. */
  | 'agent'
  /** A plugin's message. */
  | 'plugin'
  /** The customer. */
  | 'customer'
  /** A campaign. */
  | 'campaign'
  /** Not known. */
  | 'unknown'

/** `reject_call`: a call was refused. */
export interface RejectCall {
  /** Id of the contact. */
  contactId: string
  /** The contact, or what was last known of it. */
  contact: Contact
  /** Who refused it. */
  rejectedBy: InitiatedBy
  /** How long it rang; null where the ringing was not seen. */
  ringDurationMs: number | null
}

/** `outgoing_call`: the agent's call is being set up. */
export interface OutgoingCall {
  /** Id of the contact. */
  contactId: string
  /** The contact after the change. */
  contact: Contact
  /** The number that is called. */
  phoneNumber: string | null
  /** Queue of outbound calls. */
  queue: Queue | null
  /** Who started it. */
  initiatedBy: InitiatedBy
}

/** `transfer_call`: the call is handed over. */
export interface TransferCall {
  /** Id of the contact. */
  contactId: string
  /** The contact after the change. */
  contact: Contact
  /** With or without talking to the other party first. */
  kind: TransferKind
  /** Where it goes. */
  endpoint: Endpoint
  /** Connection to the other party. */
  connectionId: string | null
  /** Name of the quick connect that was used. */
  quickConnectName: string | null
  /** Who handed it over. */
  initiatedBy: InitiatedBy
}

/** How a call is handed over. */
export type TransferKind =
  /** The agent talks to the other party first. */
  | 'warm'
  /** At once. */
  | 'cold'

/** `missed_call`: a call was not taken. */
export interface MissedCall {
  /** Id of the contact. */
  contactId: string
  /** The contact, or what was last known of it. */
  contact: Contact
  /** Why. */
  reason: MissedCallReason
  /** Name of the state the agent is in now. */
  agentStateName: string
  /** How long it rang; null where the ringing was not seen. */
  ringDurationMs: number | null
}

/** Why a call was missed. */
export type MissedCallReason =
  /** The agent did not answer in time. */
  | 'timeout'
  /** The customer hung up first. */
  | 'customer_abandoned'
  /** The agent's phone could not be reached. */
  | 'agent_unreachable'
  /** Failed. */
  | 'error'
  /** Not known. */
  | 'unknown'

/** `add_connection`: a third party is called in. */
export interface AddConnection {
  /** Id of the contact. */
  contactId: string
  /** The contact after the change. */
  contact: Contact
  /** The new party. */
  connection: Connection
  /** Who called it in. */
  initiatedBy: InitiatedBy
}

/** `conference_connections`: all parties talk to each other. */
export interface ConferenceConnections {
  /** Id of the contact. */
  contactId: string
  /** The contact after the change. */
  contact: Contact
  /** The parties. */
  connections: Connection[]
}

/** `end_connection`: one party left and the contact goes on. */
export interface EndConnection {
  /** Id of the contact. */
  contactId: string
  /** The contact after the change. */
  contact: Contact
  /** The party that left. */
  connection: Connection
  /** The parties that stay. */
  remaining: Connection[]
  /** Who ended it. */
  initiatedBy: InitiatedBy
}

/** `toggle_connections`: the held and the talking party changed places. */
export interface ToggleConnections {
  /** Id of the contact. */
  contactId: string
  /** The contact after the change. */
  contact: Contact
  /** Who talks now. */
  active: Connection[]
  /** Who is on hold now. */
  held: Connection[]
}

/** `after_call_work`: the call is over and the agent finishes it. */
export interface AfterCallWork {
  /** Id of the contact. */
  contactId: string
  /** The contact as it was last known. */
  contact: Contact
  /** When it began, epoch milliseconds. */
  startedAt: number
  /** State of the agent. */
  agentState: AgentState
}

/** A state of the agent. */
export interface AgentState {
  /** Name that an agent reads. */
  name: string
  /** Kind. */
  type: AgentStateType
  /** Amazon resource name. */
  agentStateARN: string | null
  /** Since when, epoch milliseconds. */
  startTimestamp: number | null
}

/** Kind of an agent state. */
export type AgentStateType =
  /** Not known yet. */
  | 'init'
  /** Takes contacts. */
  | 'routable'
  /** Logged in, takes none. */
  | 'not_routable'
  /** Logged out. */
  | 'offline'
  /** Set by the system, as while busy. */
  | 'system'
  /** Something failed, as a missed call. */
  | 'error'
  /** Finishes the last contact. */
  | 'after_call_work'

/** `after_call_work_end`: the contact is cleared. */
export interface AfterCallWorkEnd {
  /** Id of the contact. */
  contactId: string
  /** The contact as it was last known. */
  contact: Contact
  /** When it had begun, epoch milliseconds. */
  startedAt: number
  /** How long it took. */
  durationMs: number
  /** State of the agent. */
  agentState: AgentState
}

/** `next_status`: the state that begins after the last contact was set, replaced or cleared. */
export interface NextStatus {
  /** State to come; null when it was cleared. */
  nextState: AgentState | null
  /** State that was to come before. */
  previous: AgentState | null
  /** State now. */
  current: AgentState
}

/** `update_contact`: sets attributes of the contact. An empty value removes the key. Keys and values together have at most 32,768 bytes of UTF-8. */
export type UpdateContactPayload = Record<string, string>

/** Answer to `update_contact`. */
export interface UpdateContactAnswer {
  /** Id of the contact. */
  contactId: string
  /** Id of the first leg, which holds the attributes. */
  initialContactId: string | null
  /** All attributes after the change. */
  attributes: Record<string, string>
}

/** `update_customer`: what is known of the customer. At least one member. */
export interface UpdateCustomerPayload {
  /** E-mail address: one `@` with text on both sides. */
  email?: string
  /** Telephone number, E.164, as `+442071838750`. */
  phoneNumber?: string
  /** Name. */
  name?: string
  /** Id in the desktop builder's own system. */
  ID?: string
}

/** Answer to `update_customer`. */
export interface UpdateCustomerAnswer {
  /** The customer after the change. */
  customer: Customer
}

/** What a desktop knows of a customer. */
export interface Customer {
  /** E-mail address. */
  email?: string | null
  /** Telephone number. */
  phoneNumber?: string | null
  /** Name. */
  name?: string | null
  /** Id in the desktop builder's own system. */
  ID?: string | null
}

/** `update_quick_connects`: no members. */
export type UpdateQuickConnectsPayload = Record<string, never>

/** Answer to `update_quick_connects`. */
export interface UpdateQuickConnectsAnswer {
  /** All quick connects of the agent. */
  quickConnects: Endpoint[]
}

/** `transfer_call`: calls another party in, by `number` or by `endpoint`. Null and `""` count as absent. */
export interface TransferCallPayload {
  /** Telephone number; must agree with `endpoint.phoneNumber`. */
  number?: string | null
  /** Name that an agent reads. */
  name?: string | null
  /** Where it goes; may be left out when `number` is there. */
  endpoint?: TransferEndpoint | null
}

/** Where a call is to go. Null and `""` count as absent. */
export interface TransferEndpoint {
  /** Amazon resource name; wins over `endpointId`. */
  endpointARN?: string | null
  /** Alias of `endpointARN`. */
  endpointId?: string | null
  /** What it is. `phone_number` needs a number, `agent` and `queue` need `endpointARN` or `endpointId`. */
  type: EndpointType
  /** Name that an agent reads. */
  name?: string | null
  /** Telephone number. */
  phoneNumber?: string | null
  /** Login name of the agent. */
  agentLogin?: string | null
  /** Name or ARN of the queue. */
  queue?: string | null
}

/** Answer to `transfer_call` and `quick_connect`. */
export interface TransferCallAnswer {
  /** Id of the contact. */
  contactId: string
  /** Connection to the other party. */
  connectionId: string | null
  /** With or without talking to the other party first. */
  kind: TransferKind
  /** Where it goes. */
  endpoint: Endpoint
}

/** `end_conference_call`: one party leaves. Exactly one of the two members. */
export type EndConferenceCallPayload =
  | {
      /** Quick connect name, else endpoint name, else telephone number of the party. */
      connectionName: string
      connectionId?: undefined
    }
  | {
      connectionName?: undefined
      /** Id of its connection. */
      connectionId: string
    }

/** Answer to `end_conference_call`. */
export interface EndConferenceCallAnswer {
  /** Id of the contact. */
  contactId: string
  /** Connection that was ended. */
  connectionId: string
}

/** `quick_connect`: calls a quick connect in by its name. */
export interface QuickConnectPayload {
  /** Name of the quick connect. */
  name: string
  /** Message for whoever answers. */
  message?: string
}

/** `show_notification`: shows a notification or takes it away. */
export type ShowNotificationPayload =
  | {
      type: 'CREATE_NOTIFICATION'
      /** Title, 1–200 characters. */
      header: string
      /** Text, 1–2,000 characters. */
      text: string
    }
  | {
      type: 'CLEAR_NOTIFICATION'
      /** Title, 1–200 characters. */
      header?: string
      /** Text, 1–2,000 characters. */
      text?: string
      /** Id from the answer that created it. */
      notificationId?: string
    }

/** Answer to `show_notification`. */
export interface ShowNotificationAnswer {
  /** Ids that were created or taken away. */
  notificationIds: string[]
}

/** `show_popup_message`: shows a message for a moment. */
export interface ShowPopupMessagePayload {
  /** Look. */
  type: PopupType
  /** Text, 1–2,000 characters. */
  popupMessage: string
}

/** Look of a popup. */
export type PopupType =
  /** Good news. */
  | 'SUCCESS'
  /** Bad news. */
  | 'ERROR'

/** An answer without members of its own. */
export type Done = Record<string, unknown>

/** A payload without members. */
export type NoPayload = Record<string, never>

/** `set_title_tag`: the plugin's title in the desktop. */
export interface SetTitleTagPayload {
  /** Title, 0–200 characters. */
  title: string
}

/** Answer to `get_user`. */
export interface GetUserAnswer {
  /** The agent. */
  user: User
}

/** The agent. */
export interface User {
  /** Amazon resource name. */
  agentARN: string
  /** Login name. */
  username: string
  /** Name that people read. */
  name: string
  /** Extension of a desk phone. */
  extension: string | null
  /** What the security profile permits. */
  permissions: string[]
  /** Whether the agent talks through the browser. */
  softphoneEnabled: boolean
  /** Language, as `en_GB`. */
  locale: string | null
  /** Which contacts the agent gets. */
  routingProfile: RoutingProfile
  /** Current state. */
  state: AgentState
  /** State that begins when the last contact is done. */
  nextState: AgentState | null
}

/** Which contacts the agent gets. */
export interface RoutingProfile {
  /** Name that an agent reads. */
  name: string
  /** Amazon resource name. */
  routingProfileARN: string
  /** Last part of the ARN. */
  routingProfileId: string
  /** Queue of outbound calls. */
  defaultOutboundQueue: Queue
  /** Queues that are served. */
  queues: Queue[]
  /** How many contacts at a time, by channel. */
  channelConcurrencyMap: Record<string, number>
}

/** Answer to `get_company_id`. */
export interface GetCompanyIdAnswer {
  /** The company's id. */
  companyId: string
}

/** Answer to `get_contacts`. */
export interface GetContactsAnswer {
  /** The agent's contacts. */
  contacts: Contact[]
}

/** Answer to `get_contact`. */
export interface GetContactAnswer {
  /** The contact; null where the agent has none. */
  contact: Contact | null
}

/** Answer to `$snapshot`. */
export interface SnapshotAnswer {
  /** What the plugin may see. */
  snapshot: Snapshot
}

/** What a plugin sees of the state, filtered by its scopes. */
export interface Snapshot {
  /** The agent; null without `agent:read`. */
  user: User | null
  /** The company's id. */
  companyId: string | null
  /** The agent's contacts; empty without `call:observe`. */
  contacts: Contact[]
  /** The contact the agent looks at. */
  focusedContactId: string | null
  /** Whether the plugin is shown. */
  visible: boolean
}

/** `$live`: the states that a late listener asks for. */
export interface LivePayload {
  /** Name of the event. */
  event: string
}

/** Answer to `$live`. */
export interface LiveAnswer {
  /** One entry for each contact in that state. */
  events: LiveEvent[]
}

/** A state that lasts, told as the event that began it. */
export interface LiveEvent {
  /** When it began, epoch milliseconds. */
  timestamp: number
  /** Payload of the event. */
  payload: Record<string, unknown>
}

/** Every method on the wire, plugin → host: the 8 messages, the methods and the two control methods. */
export type Method =
  /** Sets attributes of the contact. */
  | 'update_contact'
  /** Sets what is known of the customer. */
  | 'update_customer'
  /** Asks for the quick connects afresh. */
  | 'update_quick_connects'
  /** Calls another party in. */
  | 'transfer_call'
  /** Ends one party's part in the call. */
  | 'end_conference_call'
  /** Calls a quick connect in by its name. */
  | 'quick_connect'
  /** Shows a notification or takes it away. */
  | 'show_notification'
  /** Shows a message for a moment. */
  | 'show_popup_message'
  /** Shows the plugin. */
  | 'show_plugin'
  /** Hides the plugin. */
  | 'hide_plugin'
  /** Sets the plugin's title. */
  | 'set_title_tag'
  /** Asks for the agent. */
  | 'get_user'
  /** Asks for the company's id. */
  | 'get_company_id'
  /** Asks for the agent's contacts. */
  | 'get_contacts'
  /** Asks for one contact. */
  | 'get_contact'
  /** Asks for the whole state. */
  | '$snapshot'
  /** Asks for the states that a late listener missed. */
  | '$live'

/** What a plugin may see and do. */
export type Scope =
  /** Sees attributes, telephone numbers and customer endpoints. */
  | 'contact:read'
  /** Sets contact attributes. */
  | 'contact:write'
  /** Sets what is known of the customer. */
  | 'customer:write'
  /** Calls other parties in. */
  | 'call:transfer'
  /** Ends connections. */
  | 'call:control'
  /** Gets the events of calls, and the contacts. */
  | 'call:observe'
  /** Shows notifications, popups and a title. */
  | 'ui:notify'
  /** Shows and hides itself. */
  | 'ui:show'
  /** Sees the agent. */
  | 'agent:read'

/** Where a plugin lives in the desktop, and when it is shown. */
export type PluginType =
  /** While a voice contact lives. */
  | 'call'
  /** In the side panel. */
  | 'default'
  /** From first contact to the end of its after call work. */
  | 'contact-log'
  /** An opaque location of the desktop. */
  | 'DPA'
  /** Behind a navigation entry. */
  | 'nav'
  /** Always mounted. */
  | 'always'

/** The whole state of one agent at one time, as a desktop hands it in; the call engine derives the events. */
export interface AgentSnapshot {
  /** When it was taken, epoch milliseconds. */
  timestamp: number
  /** The agent. */
  user: User
  /** Every contact that is listed, ended ones in after call work included. */
  contacts: Contact[]
  /** The contact the agent looks at. */
  focusedContactId?: string | null
}

/** What `init()` resolves with, and the payload of the local event `ready`. */
export interface InitResult {
  /** The agent; null without `agent:read`. */
  user: User | null
  /** The company's id. */
  companyId: string | null
  /** Who the plugin is, as the host sees it. */
  plugin: PluginIdentity
  /** The agent's contacts. */
  contacts: Contact[]
  /** Scopes granted. */
  granted: string[]
  /** Scopes wanted but not granted. */
  denied: string[]
  /** Who the host is. */
  host: HostInfo
  /** Version of the protocol. */
  protocol: number
}

/** Who the plugin is, as the host sees it. */
export interface PluginIdentity {
  /** Id. */
  id: string
  /** Type. */
  type: PluginType | null
  /** Random per `SmartAgent` object. */
  instance: string
}

/** Who the host is. */
export interface HostInfo {
  /** Product name. */
  name: string
  /** Product version. */
  version: string
  /** Where its events come from. */
  source: Source
}

/** Where a host's events come from. */
export type Source =
  /** A real desktop. */
  | 'host'
  /** The simulator. */
  | 'simulator'
  /** A replayed recording. */
  | 'recording'

/** The facts about an event beside its payload, second argument of every listener. */
export interface EventMeta {
  /** Name of the event. */
  event: string
  /** `${session}:${seq}`, unique for the life of the session. */
  id: string
  /** Position in the session, from 1; 0 for a replayed event. */
  seq: number
  /** When it happened, epoch milliseconds. */
  timestamp: number
  /** Whether it describes a state that lasts, handed to a late listener (`on(event, listener, {replay: true})`). */
  replayed: boolean
  /** Where it comes from. */
  source: Source
}

/** What a plugin declares about itself: `smartagent.plugin.json`. */
export interface Manifest {
  /** Address of the JSON Schema, for editors. */
  $schema?: string
  /** Version of this format: 1. */
  manifest: number
  /** Id of the plugin. */
  id: string
  /** Name that an agent reads. */
  name: string
  /** Version of the plugin. */
  version: string
  /** Where it lives. */
  type: PluginType
  /** Address of its page, `http` or `https`. */
  url: string
  /** Origins its page may have beside that of `url`. */
  origins?: string[]
  /** What it may see and do. */
  scopes?: ManifestScope[]
  /** Events it listens to, or `*`. */
  events?: string[]
  /** Whether it is shown before it asks for it; absent means that its type decides. */
  visibleByDefault?: boolean
}

/** A scope and what it is for. */
export interface ManifestScope {
  /** The scope. */
  scope: Scope
  /** Why the plugin needs it, for whoever approves it. */
  reason: string
}

/** An error as it stands in `response.error` and on `SmartAgentError`. */
export interface ErrorBody {
  /** Stable code. */
  code: ErrorCode
  /** What, where, which rule, what to do. */
  message: string
  /** Whether the same call may succeed later. */
  retryable: boolean
  /** Whether the host ran the request. */
  executed: Executed
  /** Wait at least this long before a retry, in milliseconds. */
  retryAfterMs?: number
  /** Place of the first issue. */
  path?: string
  /** All broken rules. */
  issues?: Issue[]
  /** The key to repeat in a retry. Local: never on the wire. */
  idempotencyKey?: string
}

/** Stable code of an error, the same string on the wire and on `SmartAgentError.code`. */
export type ErrorCode =
  /** A schema or payload rule is broken; `issues` lists all of them. */
  | 'E_BAD_REQUEST'
  /** No such method; the message names the closest one. */
  | 'E_UNKNOWN_METHOD'
  /** No such event; the message names the closest one. */
  | 'E_UNKNOWN_EVENT'
  /** The scope is not granted. */
  | 'E_FORBIDDEN'
  /** The contact, connection or quick connect does not exist. */
  | 'E_NOT_FOUND'
  /** Several things match; their ids are in `issues`. */
  | 'E_CONFLICT'
  /** The agent has no contact to act on. */
  | 'E_NO_CONTACT'
  /** More requests than the host allows; `retryAfterMs` says when to come back. */
  | 'E_RATE_LIMITED'
  /** A frame above the size cap. */
  | 'E_TOO_LARGE'
  /** The outbox is full while the link is away or slow. */
  | 'E_OUTBOX_FULL'
  /** An `events()` iterator was read too slowly. */
  | 'E_OVERFLOW'
  /** No answer within the deadline. */
  | 'E_TIMEOUT'
  /** The session was lost while the request was in flight. */
  | 'E_OUTCOME_UNKNOWN'
  /** The caller's signal was aborted. */
  | 'E_CANCELLED'
  /** The client or host is closed. */
  | 'E_CLOSED'
  /** The idempotency key was used with another payload. */
  | 'E_IDEMPOTENCY_CONFLICT'
  /** A call before `init()`. */
  | 'E_NOT_READY'
  /** The page is not in an iframe. */
  | 'E_NOT_EMBEDDED'
  /** Nobody answered within the connect timeout. */
  | 'E_NO_HOST'
  /** The origin is not allowed. */
  | 'E_ORIGIN'
  /** The token was refused or expired. */
  | 'E_AUTH'
  /** No protocol version in common. */
  | 'E_VERSION'
  /** The TLS handshake or certificate failed, or `ws://` beyond loopback was refused. */
  | 'E_TLS'
  /** The peer broke the protocol. */
  | 'E_PROTOCOL'
  /** The host cannot serve this now. */
  | 'E_UNAVAILABLE'
  /** An exception in a host's handler. */
  | 'E_INTERNAL'

/** Whether the request that failed was executed by the host. */
export type Executed =
  /** Certainly not. */
  | 'no'
  /** It may have been. */
  | 'unknown'

/** One broken rule: where, which and what to do. Never the offending value. */
export interface Issue {
  /** Place in the payload, as `endpoint.phoneNumber` or `connections[2].state`; empty for the payload itself. */
  path: string
  /** The rule. */
  rule: Rule
  /** What is expected, in a sentence without the value. */
  message: string
  /** What to do, for instance the closest known name. */
  hint?: string
}

/** Which rule an `Issue` breaks; a stable lower-case string in JSON. */
export type Rule =
  /** A member that must be there is missing. */
  | 'required'
  /** A member that this shape does not have. */
  | 'unknown_member'
  /** Another JSON type is expected. */
  | 'type'
  /** Not one of the allowed values. */
  | 'enum'
  /** Too few characters, members or bytes. */
  | 'min_length'
  /** Too many characters, members or bytes. */
  | 'max_length'
  /** A number below or above its range. */
  | 'range'
  /** The text does not have the required form. */
  | 'format'
  /** A key that is not allowed here. */
  | 'key'
  /** The same key twice. */
  | 'duplicate_key'
  /** A number that is not finite or not exact. */
  | 'number'
  /** A lone UTF-16 surrogate. */
  | 'surrogate'
  /** Nested too deeply. */
  | 'depth'
  /** Too many members and elements. */
  | 'members'
  /** Members that contradict each other, or a choice that is not made exactly once. */
  | 'choice'
  /** A candidate when several things match (`E_CONFLICT`). */
  | 'ambiguous'
  /** A rule of a newer peer that this version does not know. */
  | 'other'

/** Payload of each event by name. Augment it with a desktop's own events, whose names have a dot. */
export interface EventMap {
  /** A call rings, or a callback is offered. */
  incoming_call: IncomingCall
  /** Something about a contact changed. */
  contact_updated: ContactUpdated
  /** Agent and other party talk. */
  call_started: CallStarted
  /** A party was put on hold. */
  on_hold: OnHold
  /** A party was taken off hold. */
  off_hold: OffHold
  /** A call that had been connected, or an outbound one, is over. */
  call_ended: CallEnded
  /** A call was refused. */
  reject_call: RejectCall
  /** The agent's call is being set up. */
  outgoing_call: OutgoingCall
  /** The call is handed over. */
  transfer_call: TransferCall
  /** A call was not taken. */
  missed_call: MissedCall
  /** A third party is called in. */
  add_connection: AddConnection
  /** All parties talk to each other. */
  conference_connections: ConferenceConnections
  /** One party left and the contact goes on. */
  end_connection: EndConnection
  /** The held and the talking party changed places. */
  toggle_connections: ToggleConnections
  /** The call is over and the agent finishes it. */
  after_call_work: AfterCallWork
  /** The contact is cleared. */
  after_call_work_end: AfterCallWorkEnd
  /** The state that begins after the last contact was set, replaced or cleared. */
  next_status: NextStatus
}

/** What each message of `sendMessage` takes and answers. */
export interface MessageMap {
  update_contact: { payload: UpdateContactPayload; answer: UpdateContactAnswer }
  update_customer: { payload: UpdateCustomerPayload; answer: UpdateCustomerAnswer }
  update_quick_connects: { payload: UpdateQuickConnectsPayload | undefined; answer: UpdateQuickConnectsAnswer }
  transfer_call: { payload: TransferCallPayload; answer: TransferCallAnswer }
  end_conference_call: { payload: EndConferenceCallPayload; answer: EndConferenceCallAnswer }
  quick_connect: { payload: QuickConnectPayload; answer: TransferCallAnswer }
  show_notification: { payload: ShowNotificationPayload; answer: ShowNotificationAnswer }
  show_popup_message: { payload: ShowPopupMessagePayload; answer: Done }
}

/** What each method on the wire takes and answers, the messages included. */
export interface MethodMap extends MessageMap {
  show_plugin: { payload: NoPayload | undefined; answer: Done }
  hide_plugin: { payload: NoPayload | undefined; answer: Done }
  set_title_tag: { payload: SetTitleTagPayload; answer: Done }
  get_user: { payload: NoPayload | undefined; answer: GetUserAnswer }
  get_company_id: { payload: NoPayload | undefined; answer: GetCompanyIdAnswer }
  get_contacts: { payload: NoPayload | undefined; answer: GetContactsAnswer }
  get_contact: { payload: NoPayload | undefined; answer: GetContactAnswer }
  $snapshot: { payload: NoPayload | undefined; answer: SnapshotAnswer }
  $live: { payload: LivePayload; answer: LiveAnswer }
}

/** Name of an event: SmartAgent's own, and those added to `EventMap` by augmentation. */
export type EventName = keyof EventMap & string

/** Name of a message of `sendMessage`. */
export type MessageName = keyof MessageMap & string
