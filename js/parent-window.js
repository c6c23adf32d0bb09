// @ts-check
import { knock } from './browser/knock.js'
import { badRequest, SmartAgentError } from './errors.js'
import { dialledPort } from './transports.js'

/** One dial; less than `init()` waits by default, so that it can say what was missing. */
const DIAL_MS = 9_000

/** Who has the one link of this document. @type {object | null} */
let holder = null

/**
 * The desktop around this very frame, for a preload script of Electron that is not sandboxed: Node's half of the SDK in
 * the frame's own process. Everywhere else `init()` rejects with `E_NOT_EMBEDDED`.
 * @param {{ allowedOrigins?: readonly string[] }} [options]
 */
export function parentWindow({ allowedOrigins } = {}) {
  if (allowedOrigins !== undefined && (!Array.isArray(allowedOrigins) || allowedOrigins.some((origin) => typeof origin !== 'string'))) {
    throw badRequest('allowedOrigins must be an array of origins', 'allowedOrigins')
  }
  return dialledPort(async ({ signal }) => {
    if (holder !== null) throw new SmartAgentError('E_CONFLICT', 'another SmartAgent of this document is linked by parentWindow(): close it first')
    const mine = (holder = {})
    const release = () => void (holder === mine && (holder = null))
    try {
      return owned(await dial(signal, allowedOrigins), release)
    } catch (error) {
      release()
      throw error
    }
  }, { kind: 'parent-window' })
}

/** @param {AbortSignal} signal @param {readonly string[]} [allowedOrigins] */
async function dial(signal, allowedOrigins) {
  const { window } = /** @type {any} */ (globalThis)
  const fail = (/** @type {string} */ code, /** @type {string} */ message) => new SmartAgentError(code, message)
  return (await knock({ window, timeoutMs: DIAL_MS, signal, fail, ...(allowedOrigins === undefined ? {} : { allowedOrigins }) })).port
}

/** The client closes each of its ports, also one that was lost. @param {MessagePort} port @param {() => void} release */
function owned(port, release) {
  const close = port.close.bind(port)
  port.close = () => {
    release()
    close()
  }
  return port
}
