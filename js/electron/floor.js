// @ts-check
import { createRequire } from 'node:module'
import { SmartAgentError } from '../errors.js'
import { warn } from '../events.js'

/** The first whose main process has a WebSocket and whose `senderFrame` is the very document that sent. */
const NEEDED = 35
/** The first without the published ways around a frame's isolation and sandbox, among them CVE-2026-70601 and CVE-2026-70608. */
const SOUND = 43

/** @typedef {import('./main.js').ElectronModule} ElectronModule */

let warned = false

/**
 * The electron module: asked for at the first use, so that an import alone is harmless where there is none.
 * @param {ElectronModule} [given] where a bundler or a test has its own
 * @returns {ElectronModule}
 */
export function electronModule(given) {
  const version = process.versions.electron
  if (version !== undefined) assertVersion(version)
  if (given !== undefined) return given
  if (version === undefined || /** @type {any} */ (process).type !== 'browser') {
    throw new SmartAgentError('E_UNAVAILABLE', 'smartagent-plugin-sdk/electron/main works in the main process of Electron only', { retryable: false })
  }
  return createRequire(import.meta.url)('electron')
}

/** Refuses a version that lacks what is needed, and warns once of one with known holes. @param {string} version */
export function assertVersion(version) {
  const major = Number.parseInt(version, 10)
  if (!(major >= NEEDED)) {
    throw new SmartAgentError('E_VERSION', `Electron ${version} is too old: smartagent-plugin-sdk/electron/main needs ${NEEDED} or newer`)
  }
  if (major >= SOUND || warned) return
  warned = true
  warn(`Electron ${version} has published holes in the isolation of frames: update to ${SOUND} or newer`, 'SMARTAGENT_ELECTRON')
}
