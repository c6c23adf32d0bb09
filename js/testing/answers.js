// @ts-check
import { badRequest, SmartAgentError } from '../errors.js'

/**
 * What a plugin's messages are answered: a failure that the test asked for, else the test's own handler, else the
 * simulated call centre, else what the host says by itself.
 */
export class Answers {
  /** @type {Map<string, SmartAgentError[]>} */
  #failures = new Map()
  /** @type {Map<string, (payload: any, context: any) => unknown>} */
  #handlers = new Map()
  /** @type {Map<string, () => void>} */
  #undo = new Map()
  #host
  #simulator

  /** @param {import('../host.js').SmartAgentHost} host @param {import('../simulator/simulator.js').Simulator} simulator */
  constructor(host, simulator) {
    this.#host = host
    this.#simulator = simulator
    for (const method of simulator.messages) this.#install(method)
  }

  /** @param {string} method @param {(payload: any, context: any) => unknown} handler @returns {() => void} its undo */
  handle(method, handler) {
    if (typeof handler !== 'function') throw badRequest(`the handler of "${method}" must be a function`)
    this.#install(method)
    this.#handlers.set(method, handler)
    return () => {
      if (this.#handlers.get(method) !== handler) return
      this.#handlers.delete(method)
      this.#tidy(method)
    }
  }

  /** Makes the next answer of `method` this error. @param {string} method @param {any} error */
  fail(method, error) {
    this.#install(method)
    this.#failures.set(method, [...(this.#failures.get(method) ?? []), asError(error)])
  }

  /** @param {string} method */
  #install(method) {
    if (!this.#undo.has(method)) this.#undo.set(method, this.#host.handle(method, (/** @type {any} */ payload, /** @type {any} */ context) => this.#answer(method, payload, context)))
  }

  /** A method that the test says nothing about goes back to the host. @param {string} method */
  #tidy(method) {
    if (this.#handlers.has(method) || this.#failures.has(method) || this.#simulated(method)) return
    this.#undo.get(method)?.()
    this.#undo.delete(method)
  }

  /** @param {string} method @param {any} payload @param {any} context */
  async #answer(method, payload, context) {
    const failure = this.#nextFailure(method)
    if (failure !== undefined) throw failure
    const handler = this.#handlers.get(method)
    if (handler !== undefined) return await handler(payload, context)
    return this.#simulator.answer(method, payload, context.contactId)
  }

  /** @param {string} method */
  #nextFailure(method) {
    const failures = this.#failures.get(method)
    const failure = failures?.shift()
    if (failures?.length === 0) {
      this.#failures.delete(method)
      this.#tidy(method)
    }
    return failure
  }

  /** @param {string} method */
  #simulated(method) {
    return /** @type {readonly string[]} */ (this.#simulator.messages).includes(method)
  }
}

/** @param {any} error a `SmartAgentError`, its code, or `{code, message, …}` */
function asError(error) {
  if (error instanceof SmartAgentError) return error
  const { code, message = 'the test asked for this', ...details } = typeof error === 'string' ? { code: error } : error ?? {}
  if (typeof code !== 'string' || !code.startsWith('E_')) throw badRequest('fail() takes an error code, or {code, message}', 'error')
  return new SmartAgentError(code, message, details)
}
