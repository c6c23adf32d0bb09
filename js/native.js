// @ts-check
import { createRequire } from 'node:module'
import { fromBody, SmartAgentError } from './errors.js'
import { toJson } from './json.js'

/** Certificates are the only large option. */
const MAX_OPTIONS = 16 * 1_048_576

/** @typedef {import('./transports.js').Open} Open */

/**
 * Loads the addon at the first use, so that an import alone never fails or starts anything. Required, because an `import`
 * of CommonJS costs a start Node's lexer for its exports.
 * @returns {typeof import('./binding.js')}
 */
function addon() {
  try {
    return createRequire(import.meta.url)('./native.cjs').getNative()
  } catch (cause) {
    throw new SmartAgentError('E_INTERNAL', cause instanceof Error ? cause.message : 'the native addon does not load', { cause, retryable: false })
  }
}

/** @type {Open} */
export function openWebsocket({ token, ...options }, wake) {
  const source = token == null ? 'absent' : typeof token === 'function' ? 'ask' : { fixed: token }
  return make(() => new (addon().NativeClient)(toJson({ ...options, token: source }, 'new SmartAgent()', MAX_OPTIONS), wake))
}

/** A client over ports. @param {Record<string, unknown>} options @returns {import('./binding.js').NativePort} */
export function openPort(options) {
  return make(() => new (addon().NativePort)(toJson(options, 'new SmartAgent()', MAX_OPTIONS)))
}

/** @param {string} options JSON @param {() => void} wake @returns {import('./binding.js').NativeHost} */
export function openHost(options, wake) {
  return make(() => new (addon().NativeHost)(options, wake))
}

/**
 * A host in memory with a clock of its own.
 * @param {string} options JSON @param {number} start epoch ms @param {number} seed @param {() => void} wake
 * @returns {import('./binding.js').NativeDesk}
 */
export function openDesk(options, start, seed, wake) {
  return make(() => new (addon().NativeDesk)(options, start, seed, wake))
}

/** @param {string} options JSON: `token`, `origins` @param {() => void} wake @returns {import('./binding.js').NativeConsole} */
export function openConsole(options, wake) {
  return make(() => new (addon().NativeConsole)(options, wake))
}

/** @param {Record<string, unknown>} options @returns {import('./binding.js').NativeSimulator} */
export function openSimulator(options) {
  return make(() => new (addon().NativeSimulator)(toJson(options, 'the simulator', MAX_OPTIONS)))
}

/** @param {string} file only named in errors */
export function openRecording(file) {
  return new (addon().NativeRecording)(file)
}

/** Throws where the manifest is wrong. @param {string} text */
export function openManifest(text) {
  return make(() => new (addon().NativeManifest)(text))
}

/** Throws where a plugin may not send this. @param {string} name @param {string} payload JSON */
export function openMessage(name, payload) {
  return make(() => new (addon().NativeMessage)(name, payload))
}

/**
 * A scenario to play. Throws `E_BAD_REQUEST` that names file, line and column.
 * @param {string} file @param {string} text @param {number} [speed] @param {number} [round] how often its host has seen it
 * @param {number} [start] what its clock shows at first, epoch ms
 * @returns {import('./binding.js').NativeScenario}
 */
export function openScenario(file, text, speed = 1, round = 0, start = undefined) {
  return make(() => new (addon().NativeScenario)(file, text, speed, round, start))
}

/** The native side can only throw text: the JSON of the error. @template T @param {() => T} construct @returns {T} */
export function make(construct) {
  try {
    return construct()
  } catch (error) {
    throw error instanceof SmartAgentError ? error : fromThrown(error)
  }
}

/** @param {any} error */
function fromThrown(error) {
  try {
    return fromBody(JSON.parse(error.message))
  } catch {
    return new SmartAgentError('E_INTERNAL', 'the native side failed', { cause: error, retryable: false })
  }
}
