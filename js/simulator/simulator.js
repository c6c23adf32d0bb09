// @ts-check
import { unwrap } from '../errors.js'
import { openSimulator } from '../native.js'

/** The messages that act on a call; everything else a host answers by itself. */
export const CALL_MESSAGES = /** @type {const} */ ([
  'update_contact', 'update_customer', 'update_quick_connects', 'transfer_call', 'quick_connect', 'end_conference_call',
])

/** A contact centre in memory with one agent, and the host that shows it to plugins. */
export class Simulator {
  #native
  #host

  /**
   * @param {import('../host.js').SmartAgentHost} host
   * @param {Record<string, unknown>} options `seed`, `start` (epoch ms), `user`, `quickConnects`, `ringMs`, `afterCallWorkMs`
   */
  constructor(host, options) {
    this.#host = host
    this.#native = openSimulator(options)
    this.#apply([JSON.parse(this.#native.snapshot())])
  }

  /** The messages whose answer comes from here. */
  get messages() {
    return CALL_MESSAGES
  }

  /** The agent's state. @returns {any} */
  snapshot() {
    return JSON.parse(this.#native.snapshot())
  }

  /** The actions that are possible now. @returns {string[]} */
  allowed() {
    return JSON.parse(this.#native.allowed())
  }

  /**
   * Does one action; the events follow from it.
   * @param {string} name @param {Record<string, unknown>} [parameters]
   * @returns {{ contactId: string | null, connectionId: string | null }}
   * @throws {import('../errors.js').SmartAgentError} `E_CONFLICT` that names the state and what is possible there
   */
  act(name, parameters = {}) {
    const { commands, snapshots, contactId, connectionId } = unwrap(this.#native.act(JSON.stringify({ [name]: parameters })))
    for (const command of commands) this.#host.noteCommand(command)
    this.#apply(snapshots)
    return { contactId, connectionId }
  }

  /** Does what a plugin's message asks of the call. @param {string} method @param {any} payload @param {string | null} [contactId] @returns {any} */
  answer(method, payload, contactId) {
    const outcome = this.#native.handle(method, contactId ?? null, JSON.stringify(payload))
    const { result, snapshots } = unwrap(/** @type {string} */ (outcome))
    this.#apply(snapshots)
    return result
  }

  /** Lets time pass up to `time`, epoch milliseconds. @param {number} time */
  advanceTo(time) {
    this.#apply(JSON.parse(this.#native.advanceTo(time)))
  }

  /** When something happens by itself next, epoch milliseconds. @returns {number | null} */
  get nextTimer() {
    return this.#native.nextTimer()
  }

  /** @param {any[]} snapshots */
  #apply(snapshots) {
    for (const snapshot of snapshots) this.#host.applySnapshot(snapshot)
  }
}
