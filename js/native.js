// @ts-check
import native from './native.cjs'
import { SmartAgentError } from './errors.js'

/** @typedef {import('./transports.js').Open} Open */

/** Loads the addon at the first use, so that an import alone never fails or starts anything. @returns {any} */
function addon() {
  try {
    return native.getNative()
  } catch (cause) {
    throw new SmartAgentError('E_INTERNAL', cause instanceof Error ? cause.message : 'the native addon does not load', { cause, retryable: false })
  }
}

/** @type {Open} */
export function openWebsocket(options, wake) {
  return new (addon().NativeClient)(JSON.stringify(options), wake)
}

/** @param {Record<string, unknown>} options @param {() => void} wake @returns {any} */
export function openHost(options, wake) {
  return new (addon().NativeHost)(JSON.stringify(options), wake)
}
