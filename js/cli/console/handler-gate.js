// Slow answers and refusals, in front of whoever answers plugins' messages.
import { setTimeout as sleep } from 'node:timers/promises'

import { SmartAgentError } from '../../errors.js'
import { BUILT_IN } from '../../host-handlers.js'
import { HANDLED } from '../../names.js'

/**
 * @typedef {import('smartagent-plugin-sdk/host').SmartAgentHost} SmartAgentHost
 * @typedef {(payload: any, context: any) => any} Handler
 */

export class HandlerGate {
  /** @type {SmartAgentHost | null} */
  #host = null
  /** Of whoever plays the calls. @type {Map<string, Handler>} */
  #handlers = new Map()
  /** What is installed with the host. @type {Map<string, () => void>} */
  #installed = new Map()
  #slowMs = 0
  /** @type {{ message: string | null, code: string }[]} */
  #refusals = []

  /** The refusals to come. */
  get refusals() {
    return [...this.#refusals]
  }

  /** What a player sees of the host. @param {SmartAgentHost} host @returns {import('../../simulator/scenario.js').ScenarioHost} */
  wrap(host) {
    for (const undo of this.#installed.values()) undo()
    this.#installed.clear()
    this.#handlers.clear()
    this.#host = host
    this.#sync()
    return {
      applySnapshot: (snapshot) => host.applySnapshot(snapshot),
      noteCommand: (command) => host.noteCommand(command),
      on: (event, listener) => host.on(event, listener),
      handle: (method, handler) => {
        this.#handlers.set(method, handler)
        this.#sync()
        return () => {
          if (this.#handlers.get(method) !== handler) return
          this.#handlers.delete(method)
          this.#sync()
        }
      },
    }
  }

  /** Every answer takes that much longer. @param {number} byMs 0: no more */
  slow(byMs) {
    this.#slowMs = byMs
    this.#sync()
  }

  /** @param {string | null} message null: whichever comes next @param {string} code */
  refuse(message, code) {
    this.#refusals.push({ message, code })
    this.#sync()
  }

  clear() {
    this.#refusals = []
    this.slow(0)
  }

  /** Methods that nobody needs to be asked about are the host's own. */
  #sync() {
    const all = this.#slowMs > 0 || this.#refusals.length > 0
    for (const method of HANDLED) {
      const needed = all || this.#handlers.has(method)
      const undo = this.#installed.get(method)
      if (needed && undo === undefined && this.#host !== null) {
        this.#installed.set(method, this.#host.handle(/** @type {any} */ (method), (/** @type {any} */ payload, /** @type {any} */ context) => this.#run(method, payload, context)))
      } else if (!needed && undo !== undefined) {
        undo()
        this.#installed.delete(method)
      }
    }
  }

  /** @param {string} method @param {any} payload @param {any} context */
  async #run(method, payload, context) {
    if (this.#slowMs > 0) {
      const slow = this.#slowMs
      // Nobody waits any longer: there is nothing to do.
      await sleep(slow, undefined, { signal: context.signal })
    }
    const at = this.#refusals.findIndex(({ message }) => message === null || message === method)
    const [refusal] = at === -1 ? [] : this.#refusals.splice(at, 1)
    if (refusal !== undefined) {
      this.#sync()
      throw new SmartAgentError(refusal.code, `the desk refuses this ${method}, as it was told to`)
    }
    const handler = this.#handlers.get(method)
    return handler === undefined ? BUILT_IN : handler(payload, context)
  }
}
