// @ts-check
import { randomUUID } from 'node:crypto'
import { SmartAgentError } from '../errors.js'
import { checkedOrigin } from './sender.js'

const DIAL = 'smartagent.dial'
const DIALLED = 'smartagent.dialled'
/** When the preload script is asked again: its frame may still be loading. */
const REPEAT_AT_MS = [0, 100, 300, 1_000, 3_000, 6_000]

/**
 * @typedef {import('./main.js').ElectronFrame} ElectronFrame
 * @typedef {import('./main.js').ElectronPort} ElectronPort
 * @typedef {import('./main.js').ElectronWebContents} ElectronWebContents
 * @typedef {{ frame?: ElectronFrame, origin?: string, allowedOrigins?: readonly string[] }} Which
 */

/** @param {any} which @returns {Which} */
export function checkedWhich({ frame, origin, allowedOrigins } = {}) {
  return {
    ...(frame === undefined ? {} : { frame }),
    ...(origin === undefined ? {} : { origin: checkedOrigin(origin) }),
    ...(allowedOrigins === undefined ? {} : { allowedOrigins: [...allowedOrigins].map((allowed) => checkedOrigin(allowed, 'allowedOrigins')) }),
  }
}

/**
 * One dial: the frame's preload script knocks on its parent window and hands the offered port to main.
 * @param {ElectronWebContents} webContents
 * @param {Which} which
 * @param {{ timeoutMs: number, signal?: AbortSignal }} limits
 * @returns {Promise<ElectronPort>}
 */
export function dialParent(webContents, which, { timeoutMs, signal }) {
  return new Promise((resolve, reject) => {
    if (webContents.isDestroyed()) return reject(gone())
    const dial = randomUUID()
    const done = new AbortController()
    const timers = REPEAT_AT_MS.map((ms) => setTimeout(() => ask(), ms))
    /** @param {() => void} settle */
    const end = (settle) => {
      timers.forEach(clearTimeout)
      done.abort()
      webContents.off('destroyed', destroyed)
      if (!webContents.isDestroyed()) webContents.ipc.off(DIALLED, answered)
      settle()
    }
    const fail = (/** @type {unknown} */ error) => end(() => reject(error))
    const destroyed = () => fail(gone())
    const ask = () => {
      try {
        frameOf(webContents, which)?.postMessage(DIAL, { dial, allowedOrigins: which.allowedOrigins ?? null })
      } catch (error) {
        // A document that has gone since is no failure: the next one is asked.
        if (error instanceof SmartAgentError) fail(error)
      }
    }
    const answered = (/** @type {import('./main.js').ElectronIpcEvent} */ { senderFrame, ports }, /** @type {any} */ answer) => {
      if (answer?.dial !== dial) return
      const [port] = ports
      if (senderFrame === null || senderFrame.detached || !isAsked(webContents, which, senderFrame)) return port?.close()
      if (answer.refused === undefined && ports.length === 1 && port !== undefined) end(() => resolve(port))
      else fail(refusal(answer))
    }
    timers.push(setTimeout(() => fail(unanswered(webContents, which, timeoutMs)), timeoutMs))
    signal?.addEventListener('abort', () => fail(signal.reason), { signal: done.signal })
    webContents.on('destroyed', destroyed)
    webContents.ipc.on(DIALLED, answered)
    if (signal?.aborted) fail(signal.reason)
  })
}

/** The frames that may be meant. @param {ElectronWebContents} webContents @param {Which} which */
function candidates({ mainFrame }, { frame, origin }) {
  return mainFrame.framesInSubtree.filter((one) => (frame === undefined ? one.parent !== null : one.frameTreeNodeId === frame.frameTreeNodeId) &&
    (origin === undefined || one.origin === origin))
}

/** @param {ElectronWebContents} webContents @param {Which} which @returns {ElectronFrame | undefined} none yet */
function frameOf(webContents, which) {
  const found = candidates(webContents, which)
  if (found.length <= 1) return found[0]
  throw new SmartAgentError('E_CONFLICT', `${found.length} frames of the window may be meant: name one by the option origin or frame`)
}

/** @param {ElectronWebContents} webContents @param {Which} which @param {ElectronFrame} sender */
function isAsked(webContents, which, sender) {
  return candidates(webContents, which).some(({ frameTreeNodeId }) => frameTreeNodeId === sender.frameTreeNodeId)
}

/** @param {{ refused?: unknown, origin?: unknown }} answer */
function refusal({ refused, origin }) {
  if (refused === 'E_NOT_EMBEDDED') return new SmartAgentError('E_NOT_EMBEDDED', 'the frame is not in an iframe of a desktop')
  if (refused !== 'E_ORIGIN') return new SmartAgentError('E_PROTOCOL', 'the preload script answered without a port')
  const named = typeof origin === 'string' ? origin.slice(0, 256).replaceAll(/[^ -~]/g, '?') : 'a page'
  return new SmartAgentError('E_ORIGIN', `${named} offers a link; is it your desktop? Then add it to the option allowedOrigins`)
}

/** @param {ElectronWebContents} webContents @param {Which} which @param {number} timeoutMs */
function unanswered(webContents, which, timeoutMs) {
  if (candidates(webContents, which).length > 0) {
    return new SmartAgentError('E_NO_HOST', `no desktop answered within ${timeoutMs} ms; does the frame have the preload script of this package?`)
  }
  if (which.origin === undefined && which.frame === undefined) return new SmartAgentError('E_NOT_EMBEDDED', 'the window has no iframe')
  return new SmartAgentError('E_NO_HOST', `the window showed no such frame within ${timeoutMs} ms`)
}

function gone() {
  return new SmartAgentError('E_CLOSED', 'the window is gone')
}
