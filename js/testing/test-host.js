// @ts-check
import { setImmediate } from 'node:timers'
import { localBody, fromBody } from '../errors.js'
import { SmartAgentHost } from '../host.js'
import { OPEN_HOST } from '../host-options.js'
import { MESSAGE_NAMES } from '../names.js'
import { openDesk } from '../native.js'
import { milliseconds } from '../options.js'
import { Simulator } from '../simulator/simulator.js'
import { OPEN, TIMERS } from '../transports.js'
import { Answers } from './answers.js'
import { Mailbox } from './mailbox.js'
import { TestCall } from './test-call.js'
import { VirtualTimers } from './virtual-timers.js'

/** @typedef {{ act: (action: string, parameters: Record<string, unknown>) => { contactId: string | null, connectionId: string | null }, contact: (contactId: string) => any }} Actor */

/** What the clock shows at the start unless the test says otherwise: a Monday in 2026. */
const START = 1_790_000_000_000
/** This many turns of the event loop without anything carried are silence. */
const QUIET_TURNS = 3
const MAX_ADVANCE_MS = 2 ** 40

/** A desktop in memory for a plugin's tests. See testing.d.ts for the contract of each member. */
export class TestHost {
  /** @type {any} */
  #native
  #host
  #simulator
  #answers
  #timers
  #mailbox = new Mailbox()
  #seed
  #peers = 0
  #actor
  /** @type {Promise<void> | null} */
  #closed = null

  /** @param {any} [options] */
  constructor({ seed = 1, start = START, ringMs, afterCallWorkMs, ...options } = {}) {
    this.#seed = seed
    const limits = { ratePerSecond: 0, ...options.limits }
    this.#host = new SmartAgentHost({
      companyId: 'test-company', ...options, limits, source: 'simulator', authenticate: () => ({}),
      [OPEN_HOST]: (/** @type {any} */ json, /** @type {() => void} */ wake) => (this.#native = openDesk(json, start, seed, wake)),
    })
    this.#timers = new VirtualTimers(() => this.now)
    const { user, quickConnects } = options
    this.#simulator = new Simulator(this.#host, { seed, start, user, quickConnects, ringMs, afterCallWorkMs })
    this.#answers = new Answers(this.#host, this.#simulator)
    this.#actor = { act: this.act.bind(this), contact: (/** @type {string} */ id) => this.snapshot().contacts.find((/** @type {any} */ { contactId }) => contactId === id) }
    this.#host.on('request', (/** @type {any} */ { method, payload, contactId, plugin, session }) => {
      if (MESSAGE_NAMES.has(method)) this.#mailbox.receive({ name: method, payload, contactId, plugin, session, at: this.now })
    })
  }

  /** For `new SmartAgent({ transport })`. */
  transport() {
    return Object.freeze({
      kind: /** @type {const} */ ('memory'),
      [OPEN]: (/** @type {any} */ options, /** @type {() => void} */ wake) => this.#native.connect(JSON.stringify(options), (this.#seed + ++this.#peers) >>> 0, wake),
      [TIMERS]: this.#timers,
    })
  }

  /** The host itself, for what has no shorter way. */
  get host() { return this.#host }
  /** The clock, epoch milliseconds. */
  get now() { return this.#native.now() }
  /** What plugins have sent so far. */
  get messages() { return [...this.#mailbox.messages] }
  /** The agent's state. */
  snapshot() { return this.#simulator.snapshot() }

  /** @param {any} [call] */
  incomingCall(call) { return this.#begin('incoming', call) }
  /** @param {any} [call] */
  outgoingCall(call) { return this.#begin('outgoing', call) }
  /** @param {any} [call] */
  queueCallback(call) { return this.#begin('callback', call) }
  /** @param {string} name */
  setStatus(name) { this.act('status', { name }) }
  /** @param {string | null} name */
  setNextStatus(name) { this.act('next_status', name === null ? {} : { name }) }

  /** One action of the simulated call centre. @param {string} action @param {Record<string, unknown>} [parameters] */
  act(action, parameters = {}) {
    this.#simulator.advanceTo(this.now)
    return this.#simulator.act(action, parameters)
  }

  /** @param {string} event @param {any} payload @param {any} [options] */
  emit(event, payload, options) { return this.#host.emit(event, payload, options) }
  /** @param {string} method @param {any} handler */
  handle(method, handler) { return this.#answers.handle(method, handler) }
  /** @param {string} method @param {any} error */
  fail(method, error) { this.#answers.fail(method, error) }
  /** Breaks every link. */
  drop() { this.#native.dropLinks() }
  /** Lets links come back; plugins dial again as the clock moves. */
  restore() { this.#native.restore() }

  /** @param {string} name @param {any} [options] */
  async waitForMessage(name, options = {}) {
    const message = await this.#mailbox.waitFor(name, options)
    // Its answer has arrived too, so that a test may close right after.
    await this.settle()
    return message
  }

  /** @param {string} [name] @param {{ forMs?: number }} [options] */
  async expectNoMessage(name, { forMs = 0 } = {}) {
    await (forMs > 0 ? this.advance(forMs) : this.settle())
    this.#mailbox.assertNone(name)
  }

  /** Until everything under way has been delivered and handled. */
  async settle() {
    for (let quiet = 0; quiet < QUIET_TURNS;) {
      const before = this.#native.activity()
      await new Promise((resolve) => void setImmediate(resolve))
      quiet = this.#native.activity() === before ? quiet + 1 : 0
    }
  }

  /** Moves the clock, and with it the plugins' deadlines and the call centre's timers. @param {number} ms */
  async advance(ms) {
    const end = this.now + milliseconds(ms, 'ms', 0, MAX_ADVANCE_MS)
    await this.settle()
    while (this.now < end) {
      const due = [this.#simulator.nextTimer, this.#timers.next, this.#native.nextDue()]
      const next = Math.min(end, ...due.filter((at) => at !== null && at > this.now))
      this.#native.advance(next - this.now)
      this.#simulator.advanceTo(next)
      this.#timers.run()
      await this.settle()
    }
  }

  /** Ends the host and every link. Nothing is left behind. */
  close() {
    return (this.#closed ??= this.#end())
  }

  [Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose')]() {
    return this.close()
  }

  async #end() {
    this.#mailbox.close(fromBody(localBody('E_CLOSED', 'the test host was closed')))
    this.#timers.clear()
    await this.#host.close()
  }

  /** @param {string} action @param {any} [call] */
  #begin(action, call = {}) {
    const { contactId } = this.act(action, call)
    return new TestCall(this.#actor, /** @type {string} */ (contactId))
  }
}

/** @param {any} [options] */
export async function createTestHost(options) {
  return new TestHost(options)
}
