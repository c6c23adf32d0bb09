// @ts-check
import { badRequest } from './errors.js'
import { toJson } from './json.js'
import { make } from './native.js'
import { Port } from './port.js'

/** What a plugin may send in one frame: a longer text need not be copied to be refused. */
const MAX_FRAME = 131_072
/** Frames of one port that wait for a busy host: four windows, which no sound plugin fills. */
const MAX_HELD = 1_024
/** Their characters: four windows too. */
const MAX_HELD_CHARACTERS = 4 * 1_048_576
/** Close codes of the protocol for what a port can do wrong. */
const [BAD_FRAME, FRAME_TOO_LARGE, RATE_LIMITED] = [4500, 4510, 4005]

/** @typedef {{ conn: number, port: Port, held: string[], characters: number, end: () => void }} Attached */

/** The ports of a host: hands it what arrives, and posts what it has to say. */
export class HostPorts {
  #native
  #keepAlive
  #wake
  /** @type {Map<number, Attached>} */
  #attached = new Map()
  /** Whether messages wait until the host's deliveries were handled. */
  #full = false

  /**
   * @param {import('./binding.js').NativeHost} native @param {import('./keep-alive.js').KeepAlive} keepAlive
   * @param {() => void} wake has the host's deliveries handled now: the doorbell of the native side takes another turn
   */
  constructor(native, keepAlive, wake) {
    this.#native = native
    this.#keepAlive = keepAlive
    this.#wake = wake
  }

  /** @param {any} given @param {any} options @returns {{ close(): void, readonly closed: Promise<void> }} */
  attach(given, options = {}) {
    const port = new Port(given)
    const conn = make(() => this.#native.attach(toJson(peerOf(options), 'attachPort()')))
    /** @type {() => void} */
    let end = () => {}
    const closed = new Promise((/** @type {(value?: any) => void} */ resolve) => void (end = () => resolve()))
    const attached = { conn, port, held: [], characters: 0, end }
    this.#attached.set(conn, attached)
    // As a connection of a server does.
    this.#keepAlive.active = true
    this.#keepAlive.hold()
    port.onMessage((data) => {
      this.#receive(attached, data)
      this.#wake()
    })
    port.onClose(() => this.#gone(conn))
    port.onMessageError(() => this.#gone(conn))
    try {
      port.start()
    } catch (error) {
      this.#gone(conn)
      throw error
    }
    return Object.freeze({ close: () => this.#native.dismiss(conn, 'the desktop closed the port'), closed })
  }

  /** @param {{ conn: number, text: string }} delivery */
  transmit({ conn, text }) {
    try {
      this.#attached.get(conn)?.port.post(text)
    } catch {
      this.#gone(conn)
    }
  }

  /** @param {{ conn: number }} delivery */
  hangup({ conn }) {
    const attached = this.#attached.get(conn)
    if (attached === undefined || !this.#attached.delete(conn)) return
    attached.port.close()
    this.#keepAlive.release()
    attached.end()
  }

  /** Some deliveries were handled: lets in what waited, in turn. */
  flush() {
    if (!this.#full) return
    this.#full = false
    const waiting = new Set([...this.#attached.values()].filter(({ held }) => held.length > 0))
    while (!this.#full && waiting.size > 0) {
      for (const attached of waiting) {
        const text = /** @type {string} */ (attached.held.shift())
        attached.characters -= text.length
        if (attached.held.length === 0) waiting.delete(attached)
        if (!this.#native.portMessage(attached.conn, text)) this.#full = true
        if (this.#full) break
      }
    }
  }

  /** Closes what is still open. */
  end() {
    for (const conn of [...this.#attached.keys()]) this.hangup({ conn })
  }

  /** @param {Attached} attached @param {unknown} data */
  #receive(attached, data) {
    const { conn, held } = attached
    if (!this.#attached.has(conn)) return
    if (typeof data !== 'string') this.#native.portViolation(conn, BAD_FRAME)
    else if (data.length > MAX_FRAME) this.#native.portViolation(conn, FRAME_TOO_LARGE)
    else if (!this.#full && held.length === 0) this.#full = !this.#native.portMessage(conn, data)
    else if (held.length < MAX_HELD && attached.characters + data.length <= MAX_HELD_CHARACTERS) {
      held.push(data)
      attached.characters += data.length
    } else {
      // A port cannot be made to wait, so whoever floods it is turned away.
      held.length = attached.characters = 0
      this.#native.portViolation(conn, RATE_LIMITED)
    }
  }

  /** @param {number} conn */
  #gone(conn) {
    if (!this.#attached.has(conn)) return
    this.hangup({ conn })
    this.#native.portGone(conn)
    // Now, as nothing may keep the process alive until the doorbell rings.
    this.#wake()
  }
}

/** @param {any} options what the desktop vouches for */
function peerOf(options) {
  if (options === null || typeof options !== 'object') throw badRequest('the options of attachPort() must be an object')
  const { origin, plugin, agent, scopes } = options
  for (const [path, value] of Object.entries({ origin, plugin, agent })) {
    if (value !== undefined && (typeof value !== 'string' || value === '')) throw badRequest(`${path} must be a non-empty string`, path)
  }
  if (plugin !== undefined && !/^[a-z0-9._-]{1,64}$/.test(plugin)) {
    throw badRequest('plugin must be 1 to 64 of a-z, 0-9, ".", "_" and "-"', 'plugin')
  }
  return { origin, plugin, agent, scopes }
}
