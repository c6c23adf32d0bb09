/** A desktop in memory, with a clock that only moves when a test moves it. */
import type { AgentSnapshot, Contact, Endpoint, EventMap, Manifest, MessageMap, MessageName, MessagePayload, SmartAgentError, Transport, User } from './index.js'
import type { EmitOptions, Handler, HostLimits, MethodName, SmartAgentHost } from './host.js'

export interface TestHostOptions {
  /** Makes ids and delays repeatable. Default 1. */
  seed?: number
  /** What the clock shows at the start, epoch milliseconds. Default 1790000000000. */
  start?: number
  companyId?: string
  /** The agent; else a made-up one. */
  user?: User
  /** Whom the agent can call by name; else one of each type. */
  quickConnects?: Endpoint[]
  /** Manifests; none: every plugin gets every scope. */
  plugins?: Manifest[]
  /** How long a contact rings before it is missed. Default 20000. */
  ringMs?: number
  /** How long after call work takes; else until `clear()`. */
  afterCallWorkMs?: number
  /** Caps and times. Requests are not limited unless `ratePerSecond` says so. */
  limits?: HostLimits
}

/** What a plugin sent. */
export interface TestMessage<M extends MessageName = MessageName> {
  name: M
  payload: NonNullable<MessagePayload<M>>
  contactId: string | null
  plugin: string
  session: string
  /** Epoch milliseconds of the test host's clock. */
  at: number
}

export interface NewCall {
  phoneNumber?: string
  /** The customer's name. */
  name?: string
  /** Name of one of the agent's queues. */
  queue?: string
  attributes?: Record<string, string>
  autoAccept?: boolean
  multiParty?: boolean
}

/** Exactly one of these. */
export type Party =
  | { quickConnect: string } | { phoneNumber: string } | { agent: string } | { queue: string }

/** One contact. What is not possible in its state throws `E_CONFLICT`, which says what is. */
export interface TestCall {
  readonly contactId: string
  /** The contact as it is now; undefined once it is no longer listed. */
  readonly contact: Contact | undefined
  answer(): this
  reject(how?: { state?: 'rejected' | 'error' }): this
  /** The agent does not answer in time. */
  miss(): this
  /** The customer hangs up before the agent answers. */
  abandon(): this
  /** The called party of an outgoing call answers. */
  connect(): this
  /** The called party is busy. */
  busy(): this
  /** The contact centre fails the contact. */
  fail(): this
  /** The contact is no longer listed, without a word. */
  remove(): this
  /** `party`: `customer` (default), `agent`, or the name, number or id of a party. */
  hold(whom?: { party?: string }): this
  resume(whom?: { party?: string }): this
  mute(): this
  unmute(): this
  toggle(): this
  conference(): this
  hangUp(who?: { by?: 'agent' | 'customer' }): this
  /** Ends the after call work. */
  clear(): this
  focus(): this
  /** Sets attributes; an empty value removes one. */
  setAttributes(attributes: Record<string, string>): this
  /** Calls somebody in. */
  add(whom: Party): TestParty
  transfer(whom: Party & { kind?: 'warm' | 'cold' }): TestParty
  /** The agent leaves and the others stay. */
  completeTransfer(): this
}

/** Somebody who was called in. */
export interface TestParty {
  readonly connectionId: string
  answers(): this
  declines(): this
  isBusy(): this
  hold(): this
  resume(): this
  end(): this
}

export interface TestHost {
  /** For `new SmartAgent({ transport })`; one host takes any number of plugins. */
  transport(): Transport
  /** The host itself, for what has no shorter way. */
  readonly host: SmartAgentHost
  /** The clock, epoch milliseconds. It is the plugins' clock too. */
  readonly now: number
  /** The messages that plugins have sent, in order. */
  readonly messages: TestMessage[]
  /** The agent's state. */
  snapshot(): AgentSnapshot
  incomingCall(call?: NewCall): TestCall
  outgoingCall(call?: NewCall): TestCall
  queueCallback(call?: NewCall): TestCall
  setStatus(name: string): void
  /** null takes the choice back. */
  setNextStatus(name: string | null): void
  /** Any action of the simulated call centre, by its name in scenarios. */
  act(action: string, parameters?: Record<string, unknown>): { contactId: string | null; connectionId: string | null }
  /** Sends an event that no call stands behind. */
  emit<E extends keyof EventMap>(event: E, payload: EventMap[E], options?: EmitOptions): number
  /** Answers a method instead of the simulated desktop; returns its undo. */
  handle<M extends MethodName>(method: M, handler: Handler<M>): () => void
  /** Makes the next answer an error: its code, or `{ code, message }`, or a `SmartAgentError`. */
  fail(method: MethodName, error: string | SmartAgentError | { code: string; message?: string; retryable?: boolean; executed?: 'no' | 'unknown'; retryAfterMs?: number }): void
  /** Breaks every link; `restore()` lets them come back as the clock moves. */
  drop(): void
  restore(): void
  /** The first message of that name that no earlier call was given. Rejects after `timeoutMs` (default 1000) of real time. */
  waitForMessage<M extends MessageName>(name: M, options?: { timeoutMs?: number; filter?: (message: TestMessage<M>) => unknown }): Promise<TestMessage<M>>
  /** Throws when a message was sent that no `waitForMessage` was given; `forMs` moves the clock first. */
  expectNoMessage(name?: MessageName, options?: { forMs?: number }): Promise<void>
  /** Until everything under way has been delivered and handled. */
  settle(): Promise<void>
  /** Moves the clock, and with it deadlines, retries and the call centre's timers. */
  advance(ms: number): Promise<void>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export function createTestHost(options?: TestHostOptions): Promise<TestHost>
export default createTestHost
