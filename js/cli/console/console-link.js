// The desk's end of the console link: pages that said the token, what they are pushed, and the answers to their commands.
import { errorBody, fromBody, SmartAgentError } from '../../errors.js'
import { Inbox } from '../../inbox.js'
import { openConsole } from '../../native.js'
import { MAX_BATCH } from './inspector.js'

/**
 * @typedef {import('./protocol.js').DeskState} DeskState
 * @typedef {import('./protocol.js').DeskMessage} DeskMessage
 * @typedef {object} ConsoleDesk what the link asks the desk for
 * @property {() => DeskState} state
 * @property {import('./inspector.js').Inspector} inspector
 * @property {(command: string, parameters: any) => unknown} run does a command, and gives its result
 */

/** Changes that come in a burst are one message. */
const COALESCE_MS = 40
/** Of an answer with rows, or of one batch of them: well below what a page may be behind. */
const MAX_TEXT = 2 * 1_048_576
const BAD_FRAME = 4500

export class ConsoleLink {
  #native
  #inbox
  #hello
  #desk
  /** @type {Set<number>} */
  #pages = new Set()
  #revision = 0
  #stateIsOld = false
  /** @type {NodeJS.Timeout | undefined} */
  #timer
  /** @type {(delivery: any) => void} */
  #settle = () => {}

  /**
   * @param {{ token: string, origins: string[], sdk: string, run: string }} facts
   * @param {ConsoleDesk} desk
   */
  constructor({ token, origins, sdk, run }, desk) {
    this.#desk = desk
    this.#hello = { type: /** @type {const} */ ('welcome'), version: /** @type {const} */ (1), sdk, run }
    /** @type {import('../../binding.js').NativeConsole | null} */
    let native = null
    this.#inbox = new Inbox(() => native, (delivery) => this.#handle(delivery))
    native = this.#native = openConsole(JSON.stringify({ token, origins }), () => this.#inbox.wake())
  }

  /** @returns {Promise<number>} the port of the page's server, on 127.0.0.1 */
  async listen() {
    const { error, result } = await this.#ask(() => this.#native.listen(0, '127.0.0.1'))
    if (error !== undefined) throw fromBody(error)
    return result.port
  }

  /** @param {string} path @param {{ contentType: string, headers: [string, string][], body: Buffer }} file */
  serve(path, { contentType, headers, body }) {
    this.#native.serve(path, JSON.stringify({ contentType, headers }), body)
  }

  /** The state is another one: pages are told soon. */
  stateChanged() {
    this.#stateIsOld = true
    this.pushSoon()
  }

  /** There is something to push. */
  pushSoon() {
    this.#timer ??= setTimeout(() => this.#push(), COALESCE_MS)
  }

  get pages() {
    return this.#pages.size
  }

  async close() {
    clearTimeout(this.#timer)
    await this.#ask(() => this.#native.close())
    this.#inbox.end()
    this.#native.release()
  }

  /** @param {() => void} call @returns {Promise<any>} the delivery that tells its outcome */
  #ask(call) {
    return new Promise((resolve) => {
      // The doorbell keeps no process alive.
      const alive = setInterval(() => {}, 1_000)
      this.#settle = (delivery) => {
        clearInterval(alive)
        resolve(delivery)
      }
      call()
    })
  }

  /** @param {any} delivery */
  #handle(delivery) {
    const { kind, conn } = delivery
    if (kind === 'listening' || kind === 'closed') this.#settle(delivery)
    else if (kind === 'opened') this.#open(conn)
    else if (kind === 'gone') this.#pages.delete(conn)
    else if (kind === 'message') void this.#message(conn, delivery.text)
  }

  /** @param {number} conn */
  #open(conn) {
    const { inspector } = this.#desk
    // What is fresh goes to those who were there already.
    this.#push()
    this.#pages.add(conn)
    this.#send(conn, this.#hello)
    this.#send(conn, { type: 'state', state: this.#state() })
    this.#send(conn, { type: 'rows', rows: within(inspector.older({ limit: MAX_BATCH })), oldest: inspector.oldest })
  }

  #push() {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { inspector } = this.#desk
    const rows = inspector.fresh()
    /** @type {DeskMessage[]} */
    const messages = []
    if (this.#stateIsOld && this.#pages.size > 0) messages.push({ type: 'state', state: this.#state() })
    const at = messages.length
    for (let rest = rows; rest.length > 0;) {
      const last = within(rest)
      rest = rest.slice(0, rest.length - last.length)
      // Put together from the newest: the oldest go first.
      messages.splice(at, 0, { type: 'rows', rows: last, oldest: inspector.oldest })
    }
    this.#stateIsOld = false
    for (const message of messages) {
      const text = JSON.stringify(message)
      for (const conn of this.#pages) this.#native.send(conn, text)
    }
    if (rows.length === MAX_BATCH) this.pushSoon()
  }

  #state() {
    return { ...this.#desk.state(), revision: this.#revision += 1 }
  }

  /** @param {number} conn @param {string} text */
  async #message(conn, text) {
    const message = parsed(text)
    if (message === null || message.type !== 'command' || typeof message.id !== 'number' || typeof message.command !== 'string') {
      this.#native.hangUp(conn, BAD_FRAME, 'no message of this protocol')
      return
    }
    const { id, command } = message
    try {
      const result = /** @type {any} */ (await this.#desk.run(command, message.with ?? {})) ?? {}
      this.#send(conn, { type: 'answer', id, ok: true, result })
    } catch (cause) {
      const error = cause instanceof SmartAgentError ? cause
        : new SmartAgentError('E_INTERNAL', `the desk failed at ${command}: ${/** @type {Error} */ (cause).message}`, { cause })
      this.#send(conn, { type: 'answer', id, ok: false, error: errorBody(error) })
    }
    this.stateChanged()
  }

  /** @param {number} conn @param {DeskMessage} message */
  #send(conn, message) {
    this.#native.send(conn, JSON.stringify(message))
  }
}

/** @param {string} text */
function parsed(text) {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

/**
 * The newest rows that fit one message.
 * @param {import('./protocol.js').Row[]} rows
 */
export function within(rows) {
  let [size, from] = [0, rows.length]
  while (from > 0) {
    size += JSON.stringify(rows[from - 1]).length
    // One row alone always fits.
    if (size > MAX_TEXT && from < rows.length) break
    from -= 1
  }
  return rows.slice(from)
}
