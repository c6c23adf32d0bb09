/** The desktop's side of SmartAgent Link, for Node and Electron's main process. */
import type {
  AgentSnapshot, Endpoint, EventMap, Manifest, MethodMap, PluginType, PortLike, Scope, SmartAgentError, Unsubscribe, User,
} from './index.js'

export { SmartAgentError } from './index.js'

/** What `authenticate` knows of who is asking. */
export interface Peer {
  /** The page's origin; null where no browser is at the other end. */
  origin: string | null
  address: string | null
  /** What the plugin says of itself; not to be trusted. */
  plugin: { id?: string; version?: string; type?: PluginType; instance: string }
}

/** What a token is good for. */
export interface Grant {
  /** Whose state and events the link serves. Default `"default"`. */
  agent?: string
  /** Default: the plugin of the manifest's origin, else the one it says. */
  plugin?: string
  /** Scopes at most. Default all. */
  scopes?: Scope[]
  /** Epoch milliseconds. */
  expiresAt?: number
  /** Whether it is the token of a desktop's page that relays its plugins. */
  mayEmbed?: boolean
}

/** Caps and times; each has the protocol's default. */
export interface HostLimits {
  /** Requests per second and session; 0 switches the limit off. */
  ratePerSecond?: number
  burst?: number
  resumeWindowMs?: number
  heartbeat?: { intervalMs: number; timeoutMs: number }
  authenticateTimeoutMs?: number
  linksPerAddress?: number
  linksBeforeHello?: number
  sessionsPerPlugin?: number
  sessions?: number
  idempotencyEntries?: number
  idempotencyMs?: number
}

export interface SmartAgentHostOptions {
  companyId?: string
  /** The agent, until `applySnapshot` says more. */
  user?: User
  quickConnects?: Endpoint[]
  /** Manifests of the plugins this desktop knows. None: whoever authenticates gets every scope. */
  plugins?: Manifest[]
  /** Scopes this host grants at most. Default all. */
  scopes?: Scope[]
  /** Origins of pages that may dial, exact. Default none. */
  allowedOrigins?: string[]
  /** Names in the `Host` header beyond this machine's. */
  allowedHosts?: string[]
  /** Who a token belongs to; null refuses it. */
  authenticate?: (token: string | null, peer: Peer) => Grant | null | undefined | Promise<Grant | null | undefined>
  /** One shared secret. Made at random when neither this nor `authenticate` is given. */
  token?: string
  /** Where events come from, as `meta.source` tells plugins. Default `host`. */
  source?: 'host' | 'simulator' | 'recording'
  /** Contact types that make call events. Default voice and queue_callback. */
  channels?: string[]
  /** Raises `delivery` for every event sent and `answer` for every answer given: for development, as it copies them all. */
  trace?: boolean
  limits?: HostLimits
  /** What `host` is in the plugins' `init()`. `source` says what is behind the calls. */
  host?: { name: string; version: string; source: 'host' | 'simulator' | 'recording' }
  /** How long plugins are asked to stay away by `close()`. */
  retryAfterMs?: number
}

export interface HandlerContext {
  agent: string
  contactId: string | null
  /** The session's id. */
  session: string
  /** The plugin's id. */
  plugin: string
  /** Aborted when the plugin no longer waits. */
  signal: AbortSignal
  /** How long the plugin waits. */
  deadlineMs: number
}

/** A method that a host can handle itself. */
export type MethodName = Exclude<keyof MethodMap, '$snapshot' | '$live'>
/** Nothing may be answered where the method answers nothing but that it was done. */
export type HandlerAnswer<M extends MethodName> = {} extends MethodMap[M]['answer'] ? MethodMap[M]['answer'] | void : MethodMap[M]['answer']
export type Handler<M extends MethodName> = (
  payload: NonNullable<MethodMap[M]['payload']>,
  context: HandlerContext,
) => HandlerAnswer<M> | Promise<HandlerAnswer<M>>

export interface EmitOptions {
  /** Default: the session's, else `"default"`. */
  agent?: string
  plugin?: string
  session?: string
  /** When it happened. Default now. */
  timestamp?: number
}

/** What the desktop vouches for: whoever holds a port's other end needs no token. */
export interface AttachOptions {
  /** The page's origin. Where the plugin has a manifest it must be one of that manifest's, else the plugin gets `E_ORIGIN`. */
  origin?: string
  /** The plugin's id, whatever it says of itself. Default: the one of the origin's manifest, else what it says. */
  plugin?: string
  /** Whose state and events it gets. Default `"default"`. */
  agent?: string
  /** Scopes at most. Default all. */
  scopes?: Scope[]
}

export interface AttachedPort {
  /** Says goodbye and closes the port. The session waits for the plugin to come back over another one; `remove()` ends it. */
  close(): void
  /** Resolves when the connection is gone, whoever ended it. */
  readonly closed: Promise<void>
}

export interface SessionInfo {
  session: string
  agent: string
  plugin: string
  type?: string
  version?: string
  instance: string
  /** Whether it has a link now; else it may come back. */
  connected: boolean
  carrier: 'websocket' | 'port' | 'memory'
  /** Whether it was heard lately. A port that is silent stays connected: a frozen page cannot answer. */
  responding: boolean
  origin?: string
  address?: string
  granted: Scope[]
  denied: string[]
  openedAt: number
}

export interface Command {
  /** For instance `hold`, `reject`, `transfer_call`. */
  type: string
  contactId: string
  connectionId?: string
  initiatedBy: 'agent' | 'plugin' | 'customer' | 'campaign' | 'unknown'
  /** Default now. */
  timestamp?: number
}

export interface HostEventMap {
  /** `unresponsive`: a plugin behind a port does not answer; `responsive`: it does again. Neither ends its session. */
  session: { change: 'opened' | 'detached' | 'resumed' | 'unresponsive' | 'responsive' | 'retired'; reason: string; session: SessionInfo }
  request: { method: string; payload: Record<string, unknown>; session: string; contactId: string | null; agent: string; plugin: string }
  /** With `trace`: an event goes to a session, as that session sees it. */
  delivery: { event: string; timestamp: number; payload: Record<string, unknown>; agent: string; plugin: string; session: string }
  /** With `trace`: a request was answered; one that was refused had no `request`. */
  answer: {
    method: string; result?: Record<string, unknown>; error?: { code: string; message: string }; tookMs: number
    agent: string; plugin: string; session: string
  }
  visibility: { agent: string; plugin: string; visible: boolean }
  title: { agent: string; plugin: string; title: string }
  notification: { agent: string; plugin: string } & (
    | { change: 'created'; notificationId: string; header: string; text: string }
    | { change: 'cleared'; notificationIds: string[] })
  popup: { agent: string; plugin: string; type: 'SUCCESS' | 'ERROR'; message: string }
  /** What its owner should know for security's sake; no token, no customer data. */
  audit: { kind: string; message: string; agent?: string; plugin?: string; session?: string; address?: string; origin?: string }
  /** A handler, listener or `authenticate` failed. */
  error: SmartAgentError
  closed: {}
}
export type HostEventName = keyof HostEventMap
export type HostListener<E extends HostEventName> = (payload: HostEventMap[E]) => unknown

export class SmartAgentHost {
  constructor(options?: SmartAgentHostOptions)
  /** The shared secret; undefined with `authenticate`. */
  readonly token: string | undefined
  /** Accepts plugins. Port 0 takes any free one; the default is 7420 on 127.0.0.1. Keeps the process alive. */
  listen(options?: { port?: number; address?: string }): Promise<{ url: string; port: number; address: string }>
  /**
   * Serves the plugin at the other end of a port. Keeps the process alive until the port is closed, by either end. What
   * floods it or is no frame is closed with the protocol's code. Throws `E_BAD_REQUEST`, or `E_CLOSED` after `close()`.
   */
  attachPort(port: PortLike, options?: AttachOptions): AttachedPort
  /** Answers a method instead of the built-in behaviour; returns its undo. */
  handle<M extends MethodName>(method: M, handler: Handler<M>): () => void
  /** Sends an event; returns to how many sessions. Throws on a payload that breaks the schema. */
  emit<E extends keyof EventMap>(event: E, payload: EventMap[E], options?: EmitOptions): number
  /** Hands over an agent's state; the events follow from it. */
  applySnapshot(snapshot: AgentSnapshot, options?: { agent?: string }): void
  /** Says who issued a command, before its effect shows in a snapshot. */
  noteCommand(command: Command, options?: { agent?: string }): void
  /**
   * Writes what it is told and tells to a file or stream: NDJSON, see docs/recording.md. What is personal is emptied
   * unless `redact` is false. One recording at a time; what goes wrong with it is an `error`.
   */
  record(target: string | URL | NodeJS.WritableStream, options?: { redact?: boolean }): HostRecording
  sessions(): SessionInfo[]
  on<E extends HostEventName>(event: E, listener: HostListener<E>, options?: { signal?: AbortSignal }): Unsubscribe
  once<E extends HostEventName>(event: E, listener: HostListener<E>, options?: { signal?: AbortSignal }): Unsubscribe
  off<E extends HostEventName>(event: E, listener?: HostListener<E>): boolean
  ref(): this
  unref(): this
  /** Ends a session for good; returns whether there was one. */
  remove(session: string): boolean
  /** Says goodbye to every plugin, under a second. Idempotent. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export interface HostRecording {
  /** Ends the recording; resolves when everything is written. A stream that was handed in is not ended. */
  stop(): Promise<void>
  /** Lines so far. */
  readonly lines: number
}

export interface RecordingHeader { recording: 1; source: string; redacted: boolean; startedAt: number }

/** A line of a recording after its first. `at` is milliseconds since it began. */
export type RecordingEntry = { at: number; agent: string } & (
  | { kind: 'snapshot'; snapshot: AgentSnapshot }
  | { kind: 'command'; command: Command & { timestamp: number } }
  | { kind: 'emit'; event: string; timestamp: number; plugin?: string; payload: Record<string, unknown> }
  | { kind: 'event'; event: string; timestamp: number; plugin: string; session: string; payload: Record<string, unknown> }
  | { kind: 'message'; method: string; plugin: string; session: string; contactId?: string; payload: Record<string, unknown> }
  | { kind: 'answer'; method: string; plugin: string; session: string; tookMs: number; result?: unknown; error?: { code: string; message: string } }
  | { kind: 'session'; change: 'present' | 'opened' | 'detached' | 'resumed' | 'retired'; reason: string; plugin: string; session: string })

/** A path, a stream, or lines. */
export type RecordingSource = string | URL | Iterable<string> | AsyncIterable<string | Uint8Array>

export interface ReplayOptions {
  /** n times as fast; Infinity waits for nothing. Default 1. */
  speed?: number
  signal?: AbortSignal
  /** Who plays the part of a recorded agent; null leaves that agent out. Default: the same name. */
  agent?: (recorded: string) => string | null
  /** Called with each line before it is played. */
  each?: (entry: RecordingEntry) => void
}

/** The lines of a recording, checked, the header first. Throws `E_BAD_REQUEST` with file, line and rule, never a value. */
export function readRecording(source: RecordingSource): AsyncGenerator<RecordingHeader | RecordingEntry, void, void>
/**
 * Plays a recording: its snapshots, commands and emitted events go in again, so that plugins get the same events. Times
 * in them stay as they were recorded. Rejects with `E_CANCELLED` when the signal is aborted.
 */
export function replayRecording(source: RecordingSource, host: SmartAgentHost, options?: ReplayOptions): Promise<{ snapshots: number; commands: number; emits: number }>

export default SmartAgentHost
