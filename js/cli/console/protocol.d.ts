/**
 * The console link, `smartagent.console.v1`: between the page of `smartagent dev` and the desk that it drives.
 *
 * A WebSocket on `/console` of the port that serves the page, subprotocol `smartagent.console.v1`. Each message is one
 * JSON object in one text message. The page's first message is a `hello` with the page's token, within ten seconds; the
 * desk answers with `welcome`, `state` and `rows`, in this order, and from then on pushes `state` and `rows` when they
 * change. Every command is answered once, by its `id`.
 *
 * Close codes: 4501 the token is wrong (stop: the address of another run), 4008 no `hello` in time, 4500 no message of
 * this protocol, 4003 the page does not read, 4001 the desk ends (`smartagent dev` was stopped).
 * A page that lost its link connects again with a new `hello`.
 */
import type {
  AgentState, AgentStateType, Contact, Customer, Endpoint, ErrorCode, InitiatedBy, InitiationMethod, Issue, MessageName, PluginType,
  Scope, User,
} from '../../../index.js'

export type ConsoleSubprotocol = 'smartagent.console.v1'

// ---------------------------------------------------------------- page → desk

export interface Hello {
  type: 'hello'
  /** The one in the fragment of the printed address: `#token=…`. */
  token: string
}

/** One command; `id` is the page's choice, unique among those under way. */
export type CommandMessage = {
  [C in CommandName]: { type: 'command'; id: number; command: C } & (Commands[C]['with'] extends undefined ? { with?: undefined } : { with: Commands[C]['with'] })
}[CommandName]

export type PageMessage = Hello | CommandMessage

/** Everything a page can ask for: parameters, and what the answer holds. */
export interface Commands {
  /** One action of the agent, the customer or the contact centre. */
  act: { with: ActionRequest; result: { contactId: string | null; connectionId: string | null } }
  /** Digits on the keypad of a call: nobody but the inspector hears them. */
  keypad: { with: { contact?: string; digits: string }; result: {} }
  /** Takes a notification off the desktop, as an agent does. */
  'notification.dismiss': { with: { notificationId: string }; result: {} }
  'popup.dismiss': { with: { id: number }; result: {} }

  /** Loads a bundled scenario by name, or the text of a file; it waits for `scenario.play`. The contacts before are gone. */
  'scenario.load': { with: { name: string } | { file: string; text: string }; result: {} }
  /** Plays, or plays on. At the end it plays the scenario from its start. */
  'scenario.play': { with: undefined; result: {} }
  'scenario.pause': { with: undefined; result: {} }
  /** Takes the next step at once, waits skipped, and pauses. */
  'scenario.step': { with: undefined; result: {} }
  /** 0.1 to 100. */
  'scenario.speed': { with: { speed: number }; result: {} }
  /** Unloads it; the contacts stay, in the agent's hands. */
  'scenario.stop': { with: undefined; result: {} }

  /** Links break and cannot come back before `forMs` have passed. */
  'fault.drop': { with: { forMs: number }; result: {} }
  /** Every byte on the links is held back. */
  'fault.delay': { with: { byMs: number; forMs: number }; result: {} }
  /** The host dies and another one comes up after `downMs`, which remembers nothing but the calls. */
  'fault.kill': { with: { downMs: number }; result: {} }
  /** Every message of a plugin is answered that much later. */
  'fault.slow': { with: { byMs: number; forMs: number }; result: {} }
  /** The next message of that name is answered with that error and does nothing. Left out: whichever comes next. */
  'fault.refuse': { with: { message?: MessageName; code: ErrorCode }; result: {} }
  /** Ends what lasts: drop, delay and slow answers, and refusals to come. */
  'fault.clear': { with: undefined; result: {} }
  /** `page`: `embed.reloads` goes up, and the page reloads the frame. `process`: the plugin's process is started again. */
  'plugin.reload': { with: undefined; result: { reloaded: ('page' | 'process')[] } }

  /** The whole state, now, although nothing changed. */
  snapshot: { with: undefined; result: { state: DeskState } }
  /** Rows older than the one of that id, the newest `limit` (at most 1,000) of them, oldest first. */
  rows: { with: { before: number; limit: number }; result: { rows: Row[] } }
  /** The recording of the run so far, as NDJSON, customers' data left out unless `redact` is false. */
  recording: { with: { redact: boolean }; result: { name: string; text: string } }
}
export type CommandName = keyof Commands

/** `{ name: 'hold', with: { party: 'customer' } }` */
export type ActionRequest = { [A in ActionName]: { name: A; with?: ActionParameters[A] } }[ActionName]

/** A contact's id or `as` name; else the focused one, else the only one where it is possible. */
interface OnContact { contact?: string }
/** `agent`, `customer`, or the `as` name, quick connect, name, number or id of a party; else the obvious one. */
interface OnParty extends OnContact { party?: string }
interface NewContact {
  as?: string
  phoneNumber?: string
  /** The customer's name. */
  name?: string
  /** Name of one of the agent's queues. */
  queue?: string
  attributes?: Record<string, string>
  autoAccept?: boolean
  multiParty?: boolean
  initiationMethod?: InitiationMethod
  transferredFrom?: string
  by?: InitiatedBy
}
/** Exactly one of `quickConnect`, `phoneNumber`, `agent` and `queue`. */
interface Party extends OnContact { as?: string; quickConnect?: string; phoneNumber?: string; agent?: string; queue?: string }

export interface ActionParameters {
  incoming: NewContact
  outgoing: NewContact
  callback: NewContact
  answer: OnContact
  reject: OnContact
  /** The agent does not answer in time. */
  miss: OnContact
  /** The customer gives up while it rings. */
  abandon: OnContact
  /** The called party answers. */
  connect: OnContact
  busy: OnContact
  fail: OnContact
  remove: OnContact
  hold: OnParty
  resume: OnParty
  mute: OnContact
  unmute: OnContact
  add: Party
  /** The party that was called in answers, declines, or is busy. */
  party_answers: OnParty
  party_declines: OnParty
  party_busy: OnParty
  toggle: OnContact
  conference: OnContact
  end_connection: OnParty
  /** A cold one is complete at once, a warm one by `complete_transfer`. */
  transfer: Party & { kind?: 'warm' | 'cold' }
  complete_transfer: OnContact
  hang_up: OnContact & { by?: 'agent' | 'customer' }
  /** Ends after call work, or takes a missed or refused contact off the list. */
  clear: OnContact
  focus: OnContact
  /** An empty value removes the attribute. */
  attributes: OnContact & { set: Record<string, string> }
  /** The status now: only without contacts. */
  status: { name: string }
  /** The status after the last contact; none takes the choice back. */
  next_status: { name?: string }
}
export type ActionName = keyof ActionParameters

// ---------------------------------------------------------------- desk → page

export interface Welcome {
  type: 'welcome'
  version: 1
  /** The package's. */
  sdk: string
  /** Another one than before the link was lost: another run. Forget what was kept. */
  run: string
}
/** The answer to a command. `error` is a SmartAgentError's JSON. */
export type Answer =
  | { type: 'answer'; id: number; ok: true; result: Commands[CommandName]['result'] }
  | { type: 'answer'; id: number; ok: false; error: ErrorBody }
export interface StateMessage { type: 'state'; state: DeskState }
/** Rows in the order they happened, ids going up. The first one after `welcome` holds the newest 1,000 of those kept. */
export interface RowsMessage {
  type: 'rows'
  rows: Row[]
  /** The id of the oldest row the desk still has; older ones cannot be asked for. */
  oldest: number
}
export type DeskMessage = Welcome | Answer | StateMessage | RowsMessage

export interface ErrorBody {
  code: ErrorCode | (string & {})
  message: string
  retryable?: boolean
  executed?: 'no' | 'unknown'
  retryAfterMs?: number
  path?: string
  issues?: Issue[]
}

// ---------------------------------------------------------------- state

export interface DeskState {
  /** Goes up by one with each pushed state. */
  revision: number
  /** The contact centre's clock. Every time below is on it: what to show now is `now + rate * (ms since this arrived)`. */
  clock: { now: number; rate: number }
  companyId: string
  agent: {
    user: User
    /** What an agent can choose. */
    statuses: { name: string; type: AgentStateType }[]
    /** Of `incoming`, `outgoing`, `callback`, `status`, `next_status`. */
    allowed: ActionName[]
    next: AgentState | null
  }
  contacts: ContactView[]
  focusedContactId: string | null
  quickConnects: Endpoint[]
  /** On screen, oldest first. */
  notifications: NotificationView[]
  /** Fleeting messages, oldest first; gone after ten seconds. */
  popups: PopupView[]
  /** Every plugin that is, or may come back, connected; several links of one plugin are several. */
  plugins: PluginView[]
  /** The plugin's frame on the page; null where the plugin has no page (`-- <command…>`). */
  embed: EmbedView | null
  /** The plugin's process; null where there is none. */
  process: { command: string; state: 'running' | 'ended'; reason: string | null } | null
  scenario: ScenarioView
  faults: FaultView
  addresses: {
    page: string
    link: string
    /** `SMARTAGENT_URL=… SMARTAGENT_TOKEN=…`, for a plugin in another terminal. */
    paste: string
  }
  counts: { events: number; messages: number; rows: number }
}

export interface ContactView {
  contact: Contact
  /** The name it got by `as`. */
  alias: string | null
  phase: 'ringing' | 'dialling' | 'talking' | 'after_call_work' | 'failed'
  /** The actions that are possible for this contact now. */
  allowed: ActionName[]
  customer: Customer | null
  /** Keys on the keypad so far. */
  digits: string
  muted: boolean
}

export interface NotificationView { notificationId: string; plugin: string; header: string; text: string; at: number }
export interface PopupView { id: number; plugin: string; type: 'SUCCESS' | 'ERROR'; message: string; at: number }

export interface PluginView {
  session: string
  plugin: string
  type: PluginType | null
  version: string | null
  instance: string
  title: string
  visible: boolean
  connected: boolean
  carrier: 'websocket' | 'port' | 'memory'
  origin: string | null
  granted: Scope[]
  denied: string[]
  /** Real time, epoch milliseconds. */
  openedAt: number
}

export interface EmbedView {
  /** Put into the frame by `embedPlugin(iframe, { url, origin, plugin, host, token })`. */
  url: string
  origin: string
  plugin: { id: string; name: string; type: PluginType }
  /** `ws://…/link` of this port. */
  host: string
  /** Good for relaying this plugin, for nothing else. Never show it. */
  token: string
  /** Whether it is the bundled sample. */
  sample: boolean
  /** Goes up when the frame is to be reloaded. */
  reloads: number
  /** Why the frame stays empty, as far as the desk can tell; asked again with each reload. */
  problem: { title: string; detail: string; todo: string } | null
}

export interface ScenarioView {
  /** The bundled ones. */
  known: { name: string; description: string; breaksLinks: boolean }[]
  speed: number
  /** The one that is loaded. */
  loaded: {
    name: string
    description: string
    state: 'ready' | 'playing' | 'paused' | 'passed' | 'failed'
    steps: ScenarioStep[]
    /** How many steps have begun: `steps[done - 1]` is under way or was the last. */
    done: number
    doing: 'nothing' | 'waiting' | 'expecting' | 'done'
    failure: string | null
    expectations: { name: string; ok: boolean; reason: string | null }[]
  } | null
}
export interface ScenarioStep { name: string; with: unknown; line: number | null }

/** Times are real, epoch milliseconds; null where the fault is not on. */
export interface FaultView {
  /** Links are broken until. */
  droppedUntil: number | null
  delay: { byMs: number; until: number } | null
  /** The host is down until. */
  downUntil: number | null
  slow: { byMs: number; until: number } | null
  refusals: { message: MessageName | null; code: ErrorCode }[]
}

// ---------------------------------------------------------------- inspector

export type RowKind =
  /** A frame that is none of the next three: hello, welcome, ack, ping, pong, error, goodbye, cancel, open, close. */
  | 'frame'
  | 'event' | 'message' | 'answer'
  /** What the desk itself saw: sessions, visibility, titles, notifications, popups, audit. */
  | 'state'
  /** A step or click, a fault, an expectation, a line the plugin printed. */
  | 'action' | 'fault' | 'expectation' | 'log'

export interface Row {
  /** Goes up by one. */
  id: number
  /** Real time, epoch milliseconds. */
  at: number
  kind: RowKind
  /** `in`: plugin → desk. `out`: desk → plugin. `none`: on the desk. */
  direction: 'in' | 'out' | 'none'
  /** The event, method, frame type, action or change. */
  name: string
  plugin: string | null
  session: string | null
  /** A number of the link: one socket each. */
  link: number | null
  seq: number | null
  /** Bytes of the frame, 0 where there is none. */
  size: number
  /** Of an answer: milliseconds since its request passed. */
  latencyMs: number | null
  /** Request and answer have the same: `<link>:<request id>`. A request without a row of `answer` is pending. */
  correlation: string | null
  contactId: string | null
  /** Payload of an event or message, result of an answer, the frame itself; tokens are left out. */
  payload?: unknown
  /** The payload was larger than 64 KiB and is left out. */
  truncated?: true
  /** Of an answer, or of what went wrong. `issues[].path` names places in the request's payload. */
  error?: ErrorBody
}
