// @ts-check
import { badRequest, SmartAgentError } from '../errors.js'
import { warn } from '../events.js'

/**
 * @typedef {import('./main.js').ElectronFrame} ElectronFrame
 * @typedef {import('./main.js').ElectronPort} ElectronPort
 * @typedef {import('./main.js').ElectronWebContents} ElectronWebContents
 * @typedef {(port: ElectronPort, origin: string) => (() => void)} Admit serves a port; returns what ends that
 */

const ASK = 'smartagent.port?'
const ANSWER = 'smartagent.port'
/** Questions of a frame in a second; the SDK asks twice in its first. */
const MAX_ASKED = 10
/** Origins that a warning has named, per window. */
const MAX_NAMED = 8

/** @type {WeakMap<ElectronWebContents, Gate>} */
const gates = new WeakMap()

/** The one listener of a window: preload scripts ask it for ports. */
class Gate {
  /** @type {Set<Door>} */
  doors = new Set()
  /** @type {Set<string>} */
  #named = new Set()

  /** @param {ElectronWebContents} webContents */
  constructor(webContents) {
    this.webContents = webContents
    webContents.ipc.on(ASK, this.#ask)
    webContents.on('destroyed', this.#destroyed)
  }

  /** @param {Door} door */
  remove(door) {
    if (!this.doors.delete(door) || this.doors.size > 0) return
    gates.delete(this.webContents)
    this.webContents.off('destroyed', this.#destroyed)
    if (!this.webContents.isDestroyed()) this.webContents.ipc.off(ASK, this.#ask)
  }

  #ask = (/** @type {import('./main.js').ElectronIpcEvent} */ { senderFrame: frame }, /** @type {unknown} */ nonce) => {
    // Null or detached where the document has gone since.
    if (frame === null || frame.detached || typeof nonce !== 'string' || nonce === '' || nonce.length > 64) return
    const here = [...this.doors].filter(({ sender }) => sender.isFrame(frame))
    const door = here.find(({ sender }) => sender.isOrigin(frame))
    if (door !== undefined) return door.ask(frame, nonce)
    const served = here.map(({ sender }) => sender.origin ?? 'an origin that is not opaque').join(' or ')
    this.#name(frame.origin, served === '' ? 'no plugin is served in its frame' : `its frame is served as ${served}`)
  }

  #destroyed = () => {
    for (const door of [...this.doors]) door.close()
  }

  /** @param {string} origin @param {string} why */
  #name(origin, why) {
    if (this.#named.has(origin) || this.#named.size >= MAX_NAMED) return
    this.#named.add(origin)
    warn(`a page of ${origin} asked for a link and got none: ${why}`, 'SMARTAGENT_REFUSED')
  }
}

/** One plugin in one frame: it has a port at a time, each document its own. */
export class Door {
  #admit
  #MessageChannelMain
  /** @type {string | null} */
  #nonce = null
  /** @type {(() => void) | null} */
  #end = null
  #second = 0
  #asked = 0
  #closed = false

  /**
   * @param {import('./sender.js').Sender} sender
   * @param {import('./main.js').ElectronModule} electron
   * @param {Admit} admit
   */
  constructor(sender, { MessageChannelMain }, admit) {
    const { webContents } = sender
    if (webContents.isDestroyed()) throw badRequest('the WebContents is destroyed')
    this.sender = sender
    this.#MessageChannelMain = MessageChannelMain
    this.#admit = admit
    const gate = gates.get(webContents) ?? new Gate(webContents)
    gates.set(webContents, gate)
    gate.doors.add(this)
  }

  /** @param {ElectronFrame} frame @param {string} nonce */
  ask(frame, nonce) {
    const second = Math.floor(performance.now() / 1_000)
    if (second !== this.#second) [this.#second, this.#asked] = [second, 0]
    if (nonce === this.#nonce || ++this.#asked > MAX_ASKED) return
    this.sender.latch(frame)
    this.#drop()
    const { port1, port2 } = new this.#MessageChannelMain()
    try {
      this.#end = this.#admit(port1, frame.origin)
      this.#nonce = nonce
      frame.postMessage(ANSWER, nonce, [port2])
    } catch (error) {
      // The document has gone since, or the host is closed: there is nobody to serve.
      this.#drop()
      port1.close()
      port2.close()
      if (error instanceof SmartAgentError) warn(`a plugin gets no link: ${error.code}: ${error.message}`, error.code)
    }
  }

  /** Nobody gets a port any more, and the port that was given ends. */
  close() {
    if (this.#closed) return
    this.#closed = true
    gates.get(this.sender.webContents)?.remove(this)
    this.#drop()
  }

  #drop() {
    const end = this.#end
    this.#end = this.#nonce = null
    end?.()
  }
}
