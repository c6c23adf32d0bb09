// @ts-check
import { randomUUID } from 'node:crypto'
import { badRequest, errorBody, fromBody, localBody, SmartAgentError } from '../errors.js'
import { dialledPort } from '../transports.js'
import { checkedWhich, dialParent } from './dial.js'
import { electronModule } from './floor.js'
import { assertWebContents } from './sender.js'

/** One dial; less than `init()` waits by default, so that it can say what was missing. */
const DIAL_MS = 9_000
const DIAL = 'smartagent.dial'
const STOP = 'smartagent.stop'
const DIALLED = 'smartagent.dialled'

/** See main.d.ts. @param {any} from @param {import('./main.js').ParentPortOptions} [options] @returns {import('../../index.js').Transport} */
export function parentPort(from, options) {
  if (isParentPort(from)) return dialledPort(({ signal }) => dialMain(from, signal), { kind: 'parent-port' })
  assertWebContents(from)
  const { webContents, which } = checked(from, options)
  return dialledPort(({ signal }) => dialParent(webContents, which, { timeoutMs: DIAL_MS, signal }), { kind: 'parent-port' })
}

/** See main.d.ts. @type {typeof import('./main.js').forwardParentPort} */
export function forwardParentPort(from, child, options) {
  assertWebContents(from)
  const { webContents, which } = checked(from, options)
  if (typeof child?.postMessage !== 'function' || typeof child.on !== 'function') throw badRequest('child must be a UtilityProcess', 'child')
  /** @type {Map<string, AbortController>} */
  const dialling = new Map()
  const answer = async (/** @type {string} */ dial) => {
    const controller = new AbortController()
    dialling.set(dial, controller)
    try {
      const port = await dialParent(webContents, which, { timeoutMs: DIAL_MS, signal: controller.signal })
      child.postMessage({ smartagent: DIALLED, dial }, [port])
    } catch (error) {
      if (controller.signal.aborted) return
      const body = error instanceof SmartAgentError ? errorBody(error) : localBody('E_UNAVAILABLE', 'main could not dial')
      child.postMessage({ smartagent: DIALLED, dial, error: body })
    } finally {
      dialling.delete(dial)
    }
  }
  const listener = (/** @type {any} */ message) => {
    if (typeof message?.dial !== 'string') return
    if (message.smartagent === DIAL) void answer(message.dial)
    else if (message.smartagent === STOP) dialling.get(message.dial)?.abort()
  }
  const close = () => {
    child.off('message', listener)
    child.off('exit', close)
    for (const controller of dialling.values()) controller.abort()
  }
  child.on('message', listener)
  child.on('exit', close)
  return { close }
}

/** @param {import('./main.js').ElectronWebContents} webContents @param {any} [options] */
function checked(webContents, options = {}) {
  electronModule(options.electron)
  return { webContents, which: checkedWhich(options) }
}

/** Whether it is what a utility process has as `process.parentPort`. @param {any} from */
function isParentPort(from) {
  return typeof from?.postMessage === 'function' && typeof from.on === 'function' && from.ipc === undefined
}

/** One dial of a utility process, which asks main. @param {import('./main.js').ElectronParentPort} main @param {AbortSignal} signal @returns {Promise<any>} */
function dialMain(main, signal) {
  return new Promise((resolve, reject) => {
    const dial = randomUUID()
    const listener = (/** @type {{ data: any, ports: any[] }} */ { data, ports: [port] }) => {
      if (data?.smartagent !== DIALLED || data.dial !== dial) return
      end()
      if (port !== undefined) resolve(port)
      else reject(fromBody(data.error))
    }
    const abort = () => {
      end()
      main.postMessage({ smartagent: STOP, dial })
      reject(signal.reason)
    }
    const end = () => {
      main.off('message', listener)
      signal.removeEventListener('abort', abort)
    }
    signal.addEventListener('abort', abort)
    main.on('message', listener)
    main.postMessage({ smartagent: DIAL, dial })
  })
}
