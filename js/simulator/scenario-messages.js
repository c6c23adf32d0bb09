// @ts-check
import { unwrap } from '../errors.js'
import { CALL_MESSAGES } from './simulator.js'

/** The commands that plugins' messages amount to, as the call engine knows them. @type {Record<string, string>} */
const COMMANDS = { transfer_call: 'transfer', quick_connect: 'transfer', end_conference_call: 'end_connection' }

/** What plugins send while a scenario is played: it changes the call, meets expectations, or is refused. */
export class ScenarioMessages {
  #native
  #host
  #seen
  /** @type {Map<string, () => void>} */
  #undo = new Map()

  /**
   * @param {import('../binding.js').NativeScenario} native
   * @param {import('./scenario.js').ScenarioHost} host
   * @param {() => void} seen called after each message: an expectation may be met
   */
  constructor(native, host, seen) {
    this.#native = native
    this.#host = host
    this.#seen = seen
    for (const method of CALL_MESSAGES) this.install(method)
    this.#undo.set('', host.on('request', (/** @type {any} */ { method, payload, plugin, contactId }) => {
      if (!this.#undo.has(method)) this.#message(method, payload, plugin, contactId)
    }))
  }

  /** Has the host ask here what `method` is answered. @param {string} method */
  install(method) {
    if (this.#undo.has(method)) return
    this.#undo.set(method, this.#host.handle(method, (/** @type {any} */ payload, /** @type {any} */ { plugin, contactId }) =>
      this.#message(method, payload, plugin, contactId)))
  }

  /** The host answers everything itself again. */
  remove() {
    for (const undo of this.#undo.values()) undo()
    this.#undo.clear()
  }

  /** @param {string} method @param {any} payload @param {string} plugin @param {string | null} contactId @returns {any} */
  #message(method, payload, plugin, contactId) {
    const text = this.#native.message(plugin, method, contactId, JSON.stringify(payload ?? {}))
    this.#seen()
    this.#giveBack(method)
    if (text === null) return undefined
    const { result, snapshots } = unwrap(text)
    this.#noteCommand(method, result)
    for (const snapshot of snapshots) this.#host.applySnapshot(snapshot)
    return result
  }

  /** What only a refusal brought here is the host's to answer again. @param {string} method */
  #giveBack(method) {
    if (/** @type {readonly string[]} */ (CALL_MESSAGES).includes(method)) return
    this.#undo.get(method)?.()
    this.#undo.delete(method)
  }

  /** The host notes what plugins ask for by its own clock, which is not the scenario's. @param {string} method @param {any} result */
  #noteCommand(method, result) {
    const type = COMMANDS[method]
    if (type === undefined) return
    const { timestamp } = JSON.parse(this.#native.snapshot())
    const { contactId, connectionId } = result
    this.#host.noteCommand({ type, contactId, ...(type === 'end_connection' ? { connectionId } : {}), initiatedBy: 'plugin', timestamp })
  }
}
