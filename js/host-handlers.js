// @ts-check
import { badRequest, errorBody, fromBody, localBody, SmartAgentError } from './errors.js'
import { toJson } from './json.js'
import { assertMethod } from './names.js'

/** What a plugin is told of a failure that is none of its business. */
const INTERNAL = { ...localBody('E_INTERNAL', 'the host failed to run this'), executed: /** @type {const} */ ('unknown') }
const MAX_RESULT = 1_048_576

/** What a handler gives that leaves the answer to the host after all; only for methods that no other handler has. */
export const BUILT_IN = Symbol('smartagent.built-in')

/** The functions of the application that a host calls: handlers of methods, and `authenticate`. */
export class HostHandlers {
  /** @type {Map<string, (payload: any, context: any) => unknown>} */
  #byMethod = new Map()
  /** @type {Map<number, AbortController>} */
  #running = new Map()
  #native
  #authenticate
  #report

  /**
   * @param {import('./binding.js').NativeHost} native
   * @param {((token: string | null, peer: any) => any) | undefined} authenticate
   * @param {(error: SmartAgentError) => void} report
   */
  constructor(native, authenticate, report) {
    this.#native = native
    this.#authenticate = authenticate
    this.#report = report
  }

  /** @param {string} method @param {any} handler @returns {() => void} */
  set(method, handler) {
    assertMethod(method)
    if (typeof handler !== 'function') throw badRequest(`the handler of "${method}" must be a function`)
    this.#byMethod.set(method, handler)
    this.#native.handle(method, true)
    return () => {
      if (this.#byMethod.get(method) !== handler) return
      this.#byMethod.delete(method)
      this.#native.handle(method, false)
    }
  }

  /** @param {any} run */
  async run({ ticket, method, payload, kind, ...context }) {
    const controller = new AbortController()
    this.#running.set(ticket, controller)
    try {
      const handler = this.#byMethod.get(method)
      // Taken back between the decision to run it and this turn.
      if (handler === undefined) throw new SmartAgentError('E_UNAVAILABLE', `nothing handles ${method} any more`)
      const result = await handler(payload, { ...context, signal: controller.signal })
      if (result === BUILT_IN) this.#native.answerBuiltIn(ticket, JSON.stringify(payload ?? {}), context.contactId)
      else this.#native.answer(ticket, this.#resultText(method, result), false)
    } catch (error) {
      this.#native.answer(ticket, this.#errorText(method, error), true)
    } finally {
      this.#running.delete(ticket)
    }
  }

  /** Nobody waits for this run any longer. @param {number} ticket */
  abort(ticket) {
    this.#running.get(ticket)?.abort(fromBody(localBody('E_CANCELLED', 'the plugin no longer waits')))
  }

  /** @param {any} request */
  async authenticate({ ticket, token, ...peer }) {
    let answer
    try {
      const grant = (await this.#authenticate?.(token, { origin: peer.origin, address: peer.address, plugin: peer.plugin })) ?? null
      answer = toJson({ result: grant }, 'authenticate()')
    } catch (cause) {
      this.#report(new SmartAgentError('E_INTERNAL', 'authenticate() failed', { cause, retryable: false }))
      answer = '{"error":"authenticate() failed"}'
    }
    this.#native.authenticated(ticket, answer)
  }

  /** @param {string} method @param {unknown} result */
  #resultText(method, result) {
    try {
      return toJson(result ?? {}, `the result of ${method}`, MAX_RESULT)
    } catch (error) {
      // The plugin cannot help it, so it is not told what is wrong.
      throw new SmartAgentError('E_INTERNAL', this.#hidden(method, error).message, { executed: 'unknown' })
    }
  }

  /** @param {string} method @param {unknown} error */
  #errorText(method, error) {
    if (error instanceof SmartAgentError) {
      try {
        return toJson(errorBody(error), 'error', MAX_RESULT)
      } catch (cause) {
        error = cause
      }
    }
    return JSON.stringify(this.#hidden(method, error))
  }

  /** @param {string} method @param {unknown} cause */
  #hidden(method, cause) {
    this.#report(new SmartAgentError('E_INTERNAL', `the handler of "${method}" failed`, { cause, retryable: false }))
    return INTERNAL
  }
}
