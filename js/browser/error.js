// @ts-check

/** The one error class of the SDK. `code` is stable, `message` is not. */
export class SmartAgentError extends Error {
  /** @param {string} code @param {string} [message] @param {any} [details] */
  constructor(code, message = code, details) {
    super(message, details)
    Object.assign(this, { code, retryable: /RA|OUT|_H|NA/.test(code), executed: 'no' }, details)
  }

  name = 'SmartAgentError'

  /** The JSON form: never the cause, never the stack. */
  toJSON() {
    return { ...this, message: this.message }
  }
}

/** @param {string} code @param {string} [message] @param {any} [details] */
export const fail = (code, message, details) => new SmartAgentError(code, message, details)
