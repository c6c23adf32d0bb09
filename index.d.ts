/**
 * The plugin's side of SmartAgent Link.
 *
 * Every time is epoch milliseconds, every duration is milliseconds and its name ends in `Ms`.
 *
 * A desktop's own events have a dot in their name. Declare yours by module augmentation:
 *
 * ```ts
 * declare module 'smartagent-plugin-sdk' {
 *   interface EventMap { 'acme.order_opened': { orderId: string } }
 * }
 * ```
 */
import type {
  Contact, ErrorCode, EventMap, EventMeta, InitResult, Issue, MessageMap, PluginType, Scope, Snapshot, User,
} from './schema/types.js'

export type * from './schema/types.js'

export interface ErrorDetails {
  retryable?: boolean
  executed?: 'no' | 'unknown'
  retryAfterMs?: number
  path?: string
  issues?: Issue[]
  idempotencyKey?: string
  cause?: unknown
}

/** The one error class of the SDK. `code` is stable, `message` is not. */
export class SmartAgentError extends Error {
  constructor(code: ErrorCode | (string & {}), message: string, details?: ErrorDetails)
  readonly name: 'SmartAgentError'
  readonly code: ErrorCode | (string & {})
  /** Whether the same call may succeed when it is made again. */
  readonly retryable: boolean
  /** Whether the host ran the request. */
  readonly executed: 'no' | 'unknown'
  /** Wait at least this long before a retry. */
  readonly retryAfterMs?: number
  /** The place of the first issue. */
  readonly path?: string
  /** All broken rules of a payload. */
  readonly issues?: Issue[]
  /** Repeat it in a retry, so that nothing is done twice. */
  readonly idempotencyKey?: string
  /** The JSON form: never the cause, never the stack. */
  toJSON(): Omit<ErrorDetails, 'cause'> & { code: string; message: string }
}

/** A bearer token, or a function that gives a fresh one for each connection. */
export type Token = string | null | undefined | (() => string | null | undefined | Promise<string | null | undefined>)

/** How the client reaches a desktop; made by `websocket()` and the other transports of this package. */
export interface Transport {
  readonly kind: string
}

export interface WebSocketOptions {
  token?: Token
  /** Further root certificates, as PEM text. The platform's own roots stay. */
  ca?: string | string[]
  /** Allows `ws://` beyond this machine: everybody on the way can read and change what is sent. */
  allowInsecure?: boolean
}

/** A WebSocket to the desktop at `url`. Node only. */
export function websocket(url: string | URL, options?: WebSocketOptions): Transport

/**
 * What the two ends of a port need: a DOM `MessagePort`, one of `worker_threads`, Electron's `MessagePortMain`, or
 * anything else with `postMessage` and a message event.
 */
export interface PortLike {
  postMessage(message: string): void
  start?(): void
  close?(): void
}

/**
 * A port that somebody else opened; frames cross it as strings. It serves one connection: when the port is gone, or
 * `close()` was called, so is the client, and another `init()` rejects with `E_CLOSED`. The client starts and closes the
 * port, and in Node decides whether it keeps the process alive; nobody else should use it.
 */
export function messagePort(port: PortLike): Transport

/**
 * The desktop around this frame: in a plugin's page, and in a preload script of Electron that is not sandboxed.
 * Elsewhere `init()` rejects with `E_NOT_EMBEDDED`. A document has one such link at a time.
 */
export function parentWindow(options?: ParentWindowOptions): Transport

export interface ParentWindowOptions {
  /** Exact origins of desktops. Default: any port of this machine; another one that offers a link is named by `E_ORIGIN`. */
  allowedOrigins?: readonly string[]
}

/** In the page of an Electron window: the port that the window's preload script hands over. Elsewhere `E_NOT_EMBEDDED`. */
export function preloadPort(): Transport

/** Gets one redacted line at a time: names, counts and sizes, never a payload or token. */
export interface Logger {
  debug?(line: string): void
  info?(line: string): void
  warn?(line: string): void
  error?(line: string): void
}

export interface PluginInfo {
  /** `[a-z0-9._-]{1,64}` */
  id?: string
  version?: string
  type?: PluginType
}

export interface SmartAgentOptions {
  /** Default: a WebSocket to `url`; in a page `parentWindow()`. */
  transport?: Transport
  /** Default: the environment's `SMARTAGENT_URL`, else `ws://127.0.0.1:7420/link`. */
  url?: string | URL
  /** Default: the environment's `SMARTAGENT_TOKEN`. */
  token?: Token
  plugin?: PluginInfo
  /** What to ask the desktop for; default all. Fixed for the session. */
  want?: { scopes?: Scope[]; events?: (EventName | '*')[] }
  /** In a page: the exact origins of the desktops that may offer a link. Default: any port of this machine. */
  allowedOrigins?: readonly string[]
  /** How long `init()` tries. Default 10,000. */
  connectTimeoutMs?: number
  /** How long a call waits for its answer. Default 10,000. */
  requestTimeoutMs?: number
  /** Whether a lost link is dialled again. Default true, at most 20 s apart. */
  reconnect?: boolean | { maxDelayMs?: number }
  logger?: Logger
}

export type State = 'idle' | 'connecting' | 'ready' | 'interrupted' | 'closed'

/** What the SDK itself raises; never on the wire. */
export interface LocalEventMap {
  /** The link is up, for the first time or again. */
  ready: InitResult
  /** The link is down; calls queue and the client dials. */
  interrupted: { code: number; reason: string }
  /** Events may have been missed: `snapshot` is the state now, `unsettled` calls had an unknown outcome. */
  resync: { reason: string; snapshot: Snapshot; unsettled: number }
  /** The outbox has room again. */
  drain: void
  /** A listener failed, or the desktop sent what could not be delivered. */
  error: SmartAgentError
  closed: { code: number; reason: string }
}

/** A name that `on()` takes. */
export type EventName = keyof EventMap | keyof LocalEventMap
export type EventPayload<E extends EventName> = E extends keyof EventMap
  ? EventMap[E]
  : E extends keyof LocalEventMap ? LocalEventMap[E] : never
/** The second argument of a listener: local events have none. */
export type EventMetaOf<E extends EventName> = E extends keyof EventMap ? EventMeta : undefined
export type Listener<E extends EventName> = (payload: EventPayload<E>, meta: EventMetaOf<E>) => unknown
/** Removes the listener it came from. */
export type Unsubscribe = () => void

export type MessageName = keyof MessageMap
export type MessagePayload<M extends MessageName> = MessageMap[M]['payload']
export type MessageAnswer<M extends MessageName> = MessageMap[M]['answer']

export interface ListenOptions {
  /** Removes the listener when it is aborted. */
  signal?: AbortSignal
  /** Calls the listener with the current state too: once per contact that is in it, with `meta.replayed`. */
  replay?: boolean
}

export interface CallOptions {
  timeoutMs?: number
  /** Rejects the call with `E_CANCELLED` and tells the host. */
  signal?: AbortSignal
}

export interface MessageOptions extends CallOptions {
  /** The contact to act on. Default: the focused one, else the only active one. */
  contactId?: string
  /** Repeat the one of a failed call, so that nothing is done twice. Default: a fresh one. */
  idempotencyKey?: string
}

type MessageArguments<M extends MessageName> = undefined extends MessagePayload<M>
  ? [payload?: MessagePayload<M>, options?: MessageOptions]
  : [payload: MessagePayload<M>, options?: MessageOptions]

export class SmartAgent {
  constructor(options?: SmartAgentOptions)
  readonly state: State

  /** Connects. Repeated and concurrent calls share one promise; after `close()` it starts afresh. */
  init(): Promise<InitResult>
  /** Idempotent, under a second. No listener runs after it has resolved. */
  close(): Promise<void>
  /** Lets listeners and pending calls keep a Node process alive: the default. */
  ref(): this
  unref(): this

  /** The same (event, listener) pair is registered once. A listener that throws stops nobody else. */
  on<E extends EventName>(event: E, listener: Listener<E>, options?: ListenOptions): Unsubscribe
  once<E extends EventName>(event: E, listener: Listener<E>, options?: ListenOptions): Unsubscribe
  /** Without a listener: all of the event. Returns whether anything was removed. */
  off<E extends EventName>(event: E, listener?: Listener<E>): boolean
  /** The payload of the next event that the filter lets through. Rejects `E_CLOSED`, `E_TIMEOUT`, `E_CANCELLED`. */
  waitFor<E extends EventName>(event: E, options?: {
    filter?: (payload: EventPayload<E>, meta: EventMetaOf<E>) => boolean
    /** Default: no limit. */
    timeoutMs?: number
    signal?: AbortSignal
  }): Promise<EventPayload<E>>
  /** Payloads from now on; ends at `close()`, throws `E_OVERFLOW` when 1,024 wait to be read. */
  events<E extends EventName>(event: E, options?: { signal?: AbortSignal }): AsyncIterableIterator<EventPayload<E>>

  /** Resolves with the host's answer. */
  sendMessage<M extends MessageName>(name: M, ...args: MessageArguments<M>): Promise<MessageAnswer<M>>
  /** The same as `sendMessage`. */
  send<M extends MessageName>(name: M, ...args: MessageArguments<M>): Promise<MessageAnswer<M>>
  updateContact(attributes: Record<string, string>, options?: MessageOptions): Promise<MessageAnswer<'update_contact'>>
  showPlugin(options?: CallOptions): Promise<void>
  hidePlugin(options?: CallOptions): Promise<void>
  /** 0 to 200 characters. */
  setTitleTag(title: string, options?: CallOptions): Promise<void>
  getUser(options?: CallOptions): Promise<User>
  getCompanyID(options?: CallOptions): Promise<string>
  getContacts(options?: CallOptions): Promise<Contact[]>
  /** Without an id: the focused contact, else the only active one. Null where there is none. */
  getContact(contactId?: string, options?: CallOptions): Promise<Contact | null>

  [Symbol.asyncDispose](): Promise<void>
}

export default SmartAgent
