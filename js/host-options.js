// @ts-check
import { randomBytes } from 'node:crypto'
import { badRequest } from './errors.js'
import { toJson } from './json.js'
import { openHost } from './native.js'

/** A snapshot names every contact of an agent. */
export const MAX_SNAPSHOT = 4 * 1_048_576

/** How the test kit says which native host stands behind `SmartAgentHost`. */
export const OPEN_HOST = Symbol('smartagent.open-host')

/**
 * The options of `new SmartAgentHost()`: what stays here, and the rest as JSON for the native side.
 * @param {any} options
 * @returns {{ authenticate: any, token: string | undefined, open: typeof openHost, json: string }}
 */
export function hostOptions(options) {
  if (options === null || typeof options !== 'object') throw badRequest('the options must be an object')
  const { authenticate, token: given, [OPEN_HOST]: open = openHost, ...desktop } = options
  if (authenticate !== undefined && typeof authenticate !== 'function') throw badRequest('authenticate must be a function', 'authenticate')
  if (authenticate !== undefined && given !== undefined) throw badRequest('give authenticate or a token, not both', 'token')
  if (given !== undefined && (typeof given !== 'string' || given === '')) throw badRequest('token must be a non-empty string', 'token')
  const token = authenticate === undefined ? given ?? randomBytes(24).toString('base64url') : undefined
  return { authenticate, token, open, json: toJson({ ...desktop, token }, 'new SmartAgentHost()', MAX_SNAPSHOT) }
}
