// @ts-check
import { RETRYABLE_CODES } from '../schema/names.js'

/**
 * @typedef {import('../schema/types.js').Issue} Issue
 * @typedef {object} ErrorBody The JSON form of an error, as it crosses the native boundary and the link.
 * @property {string} code
 * @property {string} message
 * @property {boolean} retryable
 * @property {'no' | 'unknown'} executed
 * @property {number} [retryAfterMs]
 * @property {string} [path]
 * @property {Issue[]} [issues]
 * @property {string} [idempotencyKey]
 */

const RETRYABLE = new Set(/** @type {readonly string[]} */ (RETRYABLE_CODES))

const OPTIONAL = /** @type {const} */ (['retryAfterMs', 'path', 'issues', 'idempotencyKey'])

/** The one error class of the SDK. `code` is stable, `message` is not. */
export class SmartAgentError extends Error {
  /**
   * @param {string} code one of the `E_*` codes
   * @param {string} message
   * @param {Partial<ErrorBody> & { cause?: unknown }} [details]
   */
  constructor(code, message, details = {}) {
    super(message, Object.hasOwn(details, 'cause') ? { cause: details.cause } : undefined)
    /** @type {string} */
    this.code = code
    /** @type {boolean} Whether the same call may succeed when it is made again. */
    this.retryable = details.retryable ?? RETRYABLE.has(code)
    /** @type {'no' | 'unknown'} Whether the host ran the request. */
    this.executed = details.executed ?? 'no'
    // Only what is there, so that a printed error shows nothing empty.
    for (const key of OPTIONAL) if (details[key] !== undefined) /** @type {any} */ (this)[key] = details[key]
  }

  /** The JSON form, for a log or another process: never the cause, never the stack. */
  toJSON() {
    return /** @type {ErrorBody} */ (errorBody(this))
  }
}
// On the prototype and not enumerable, as on every built-in error.
Object.defineProperty(SmartAgentError.prototype, 'name', {
  // Without a prototype: a page may have put `get` on Object.prototype.
  // @ts-ignore
  __proto__: null, value: 'SmartAgentError', writable: true, configurable: true,
})

/**
 * @param {ErrorBody} body
 * @param {{ cause?: unknown }} [extra]
 */
export function fromBody(body, extra) {
  return new SmartAgentError(body.code, body.message, extra === undefined ? body : { ...body, cause: extra.cause })
}

/** What a native call gave. @param {string} text JSON of a result or an error @returns {any} */
export function unwrap(text) {
  const outcome = JSON.parse(text)
  if (outcome.error !== undefined) throw fromBody(outcome.error)
  return outcome.result
}

/** @param {SmartAgentError} error @returns {ErrorBody} */
export function errorBody(error) {
  /** @type {ErrorBody} */
  const body = { code: error.code, message: error.message, retryable: error.retryable, executed: error.executed }
  for (const key of OPTIONAL) {
    const value = /** @type {any} */ (error)[key]
    if (value !== undefined) /** @type {any} */ (body)[key] = value
  }
  return body
}

/** What the caller handed in is not what the method takes. @param {string} message @param {string} [path] */
export function badRequest(message, path) {
  const cause = new TypeError(message)
  const details = path === undefined ? { cause } : { cause, path, issues: [{ path, rule: /** @type {const} */ ('type'), message }] }
  return new SmartAgentError('E_BAD_REQUEST', message, details)
}

/** The JSON form of an error that arises here. @param {string} code @param {string} message @returns {ErrorBody} */
export function localBody(code, message) {
  return { code, message, retryable: RETRYABLE.has(code), executed: 'no' }
}

/** Why a client without a link takes no call. @param {import('./connection.js').State} state */
export function unable(state) {
  return state === 'closed' ? localBody('E_CLOSED', 'the client is closed') : localBody('E_NOT_READY', 'call init() first')
}
