// @ts-check
import { badRequest } from '../errors.js'

/**
 * @typedef {import('./main.js').ElectronFrame} ElectronFrame
 * @typedef {import('./main.js').ElectronWebContents} ElectronWebContents
 * @typedef {import('./main.js').ElectronModule} ElectronModule
 */

/**
 * Who may have a port: one frame of one window, and one origin in it. A frame is known by its `frameTreeNodeId`, which
 * stays the same when it navigates; each of its documents is a `WebFrameMain` of its own.
 */
export class Sender {
  #name
  /** @type {number | null} */
  #node
  /** @type {string | null} */
  origin

  /**
   * @param {ElectronWebContents} webContents
   * @param {{ node?: number, name?: string, origin?: string }} who neither node nor name: the main frame; no origin: that of
   * the first document that asks
   */
  constructor(webContents, { node, name, origin }) {
    this.webContents = webContents
    this.#name = name
    this.#node = node ?? null
    this.origin = origin === undefined ? null : checkedOrigin(origin)
  }

  /** Whether the frame is the one that is meant, whatever it shows. @param {ElectronFrame} frame */
  isFrame(frame) {
    if (this.#name === undefined && this.#node === null) return frame.parent === null
    if (frame.frameTreeNodeId === this.#node) return true
    // A name is the page's to give: it counts for a child of the main frame, and until that frame is gone for no other.
    if (this.#name === undefined || frame.name !== this.#name || frame.parent?.parent !== null || this.#isAlive()) return false
    return true
  }

  /** Whether the document may have a port. @param {ElectronFrame} frame */
  isOrigin(frame) {
    return this.origin === null ? frame.origin !== 'null' && frame.origin !== '' : frame.origin === this.origin
  }

  /** Keeps to this frame and origin from now on. @param {ElectronFrame} frame */
  latch(frame) {
    if (this.#name !== undefined) this.#node = frame.frameTreeNodeId
    this.origin ??= frame.origin
  }

  #isAlive() {
    return this.#node !== null && this.webContents.mainFrame.framesInSubtree.some(({ frameTreeNodeId }) => frameTreeNodeId === this.#node)
  }
}

/**
 * @param {any} frame a `WebContents` (its main frame), a `WebFrameMain`, or `{webContents, name}`
 * @param {string | undefined} origin
 * @param {ElectronModule} electron
 */
export function senderOf(frame, origin, electron) {
  if (isWebContents(frame)) return new Sender(frame, { origin })
  if (isWebContents(frame?.webContents) && typeof frame.name === 'string' && frame.name !== '') {
    return new Sender(frame.webContents, { name: frame.name, origin })
  }
  if (!Number.isInteger(frame?.frameTreeNodeId)) throw badRequest('frame must be a WebContents, a WebFrameMain or {webContents, name}', 'frame')
  const webContents = electron.webContents.fromFrame(frame)
  if (webContents === undefined) throw badRequest('the frame is gone', 'frame')
  return new Sender(webContents, { node: frame.frameTreeNodeId, origin })
}

/** @param {any} value */
function isWebContents(value) {
  // A frame has `ipc` too, and `mainFrame` cannot be read once the window is gone.
  return typeof value?.isDestroyed === 'function' && typeof value.ipc?.on === 'function' && 'mainFrame' in value
}

/** @param {unknown} webContents @returns {asserts webContents is ElectronWebContents} */
export function assertWebContents(webContents) {
  if (!isWebContents(webContents)) throw badRequest('webContents must be a WebContents')
}

/** @param {unknown} origin @param {string} [path] @returns {string} */
export function checkedOrigin(origin, path = 'origin') {
  // What a scheme of the application's own and a file have is no origin to URL, but one to Electron.
  if (typeof origin === 'string' && (/^[a-z][a-z0-9+.-]*:\/\/[^/?#@]*$/.test(origin) || origin === 'null')) return origin
  throw badRequest(`${path} must be an origin such as https://plugin.example, without a path`, path)
}
