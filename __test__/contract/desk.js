// The other end of the suite's links: a host whose methods take and give JSON only, so that a page can call them over
// a bridge (`desk[name](...args)`, for each name of `DESK_METHODS`).
import { SmartAgentError } from '../../host.js'

export const DESK_METHODS = Object.freeze(/** @type {const} */ ([
  'emit', 'emitMany', 'applySnapshot', 'handle', 'runs', 'notices', 'sessions', 'remove', 'drop', 'restore',
]))

/**
 * @typedef {object} Behaviour How a method is answered.
 * @property {any} [result] this
 * @property {string} [echo] `{customer: {[echo]: payload[echo]}}`
 * @property {number[]} [delaysMs] after these delays, in turn
 * @property {any} [error] a `SmartAgentError` of these members
 * @property {string} [throws] any other error
 * @property {boolean} [hang] never, until nobody waits
 */

export class Desk {
  /** @type {any[]} */
  #runs = []
  /** @type {Map<string, any[]>} */
  #notices = new Map()
  #host
  #link

  /** @param {import('../../host.js').SmartAgentHost} host @param {{ drop?: () => unknown, restore?: () => unknown }} [link] */
  constructor(host, link = {}) {
    this.#host = host
    this.#link = link
    host.on('error', () => {})
    for (const kind of /** @type {const} */ (['visibility', 'title', 'notification', 'popup', 'session', 'audit'])) {
      const list = /** @type {any[]} */ ([])
      this.#notices.set(kind, list)
      host.on(kind, (notice) => void list.push(notice))
    }
  }

  /** @param {any} event @param {any} payload @param {any} [options] how many sessions it went to */
  async emit(event, payload, options) {
    return this.#host.emit(event, payload, options)
  }

  /** In one go. @param {[event: any, payload: any][]} events */
  async emitMany(events) {
    for (const [event, payload] of events) this.#host.emit(event, payload)
  }

  /** @param {any} snapshot */
  async applySnapshot(snapshot) {
    this.#host.applySnapshot(snapshot)
  }

  /** Answers a method from now on. @param {any} method @param {Behaviour} behaviour */
  async handle(method, behaviour) {
    let count = 0
    this.#host.handle(method, async (/** @type {any} */ payload, /** @type {any} */ { contactId, plugin, signal }) => {
      const run = { method, payload, contactId, plugin, aborted: false }
      this.#runs.push(run)
      signal.addEventListener('abort', () => { run.aborted = true })
      const { delaysMs = [], hang = false, error, throws, echo, result } = behaviour
      const delay = delaysMs[count++ % delaysMs.length]
      if (delay !== undefined) await new Promise((resolve) => { setTimeout(resolve, delay) })
      if (hang) await new Promise((resolve) => signal.addEventListener('abort', resolve))
      if (error !== undefined) throw new SmartAgentError(error.code, error.message, error)
      if (throws !== undefined) throw new Error(throws)
      return echo === undefined ? result : { customer: { [echo]: payload[echo] } }
    })
  }

  /** What handlers were asked, in that order. */
  async runs() {
    return this.#runs
  }

  /** What the host has told of one kind. @param {string} kind */
  async notices(kind) {
    return this.#notices.get(kind)
  }

  async sessions() {
    return this.#host.sessions()
  }

  /** Ends all sessions. @returns {Promise<number>} how many */
  async remove() {
    const sessions = this.#host.sessions()
    for (const { session } of sessions) this.#host.remove(session)
    return sessions.length
  }

  /** Breaks the link. */
  async drop() {
    await this.#link.drop?.()
  }

  /** Lets it come back. */
  async restore() {
    await this.#link.restore?.()
  }
}
