// @ts-check
import { clearTimeout, setImmediate, setTimeout } from 'node:timers'
import { errorBody, localBody, SmartAgentError } from './errors.js'
import { openPort } from './native.js'
import { Port } from './port.js'
import { fetchToken } from './token.js'

/** A longer text is no frame, and need not be copied to be refused: the cap of `welcome`. */
const MAX_FRAME = 4 * 1_048_576
const MAX_DELAY_MS = 2 ** 31 - 1
/** Close codes of the protocol. A token that cannot be had now may be had later, as one that has expired. */
const [BAD_FRAME, FRAME_TOO_LARGE, TOKEN_EXPIRED] = [4500, 4510, 4004]

/** The `NativeClient` of a link over ports: hands it what arrives, and does what it orders: fetch a port, post, close. */
export class PortClient {
  #native
  #wake
  #dial
  #token
  /** The port in use. @type {{ link: number, port: Port } | null} */
  #current = null
  /** @type {AbortController | null} */
  #dialling = null
  /** @type {any} */
  #timer = null
  #armedFor = Infinity
  #over = false

  /**
   * @param {Record<string, any>} options @param {() => void} wake
   * @param {(options: { signal: AbortSignal }) => Promise<any>} dial
   */
  constructor({ token, ...options }, wake, dial) {
    this.#native = openPort(options)
    this.#token = token
    this.#wake = wake
    this.#dial = dial
  }

  init() {
    this.#native.init()
    this.#turn()
  }

  /** @param {string} text @param {Buffer} numbers @param {number} used @param {number} count */
  send(text, numbers, used, count) {
    this.#native.send(text, numbers, used, count)
    this.#turn()
  }

  /** @param {number} id */
  cancel(id) {
    this.#native.cancel(id)
    this.#turn()
  }

  /** @param {string} event @param {boolean} heard */
  listen(event, heard) {
    this.#native.listen(event, heard)
    this.#turn()
  }

  /** @param {Buffer} numbers */
  batch(numbers) {
    const text = this.#native.batch(numbers)
    this.#turn()
    return text
  }

  /** Tokens are fetched here. */
  token() {}

  close() {
    this.#native.close()
    this.#turn()
  }

  release() {
    this.#over = true
    clearTimeout(this.#timer)
    this.#dialling?.abort()
    this.#current?.port.close()
    this.#dialling = this.#current = null
  }

  /** Does what the last call left to do. @param {boolean} [mayDeliver] whether listeners may be called before this returns */
  #turn(mayDeliver = false) {
    if (this.#over) return
    const { orders, waitMs, ring } = this.#native.poll()
    for (const order of orders) this.#obey(order)
    if (waitMs != null) this.#arm(waitMs)
    if (ring && mayDeliver) this.#wake()
    else if (ring) setImmediate(this.#wake)
  }

  /** @param {import('./binding.js').PortOrder} order */
  #obey({ kind, link, text }) {
    if (kind === 'dial') void this.#open(link)
    else if (kind === 'transmit') this.#post(link, text)
    else {
      this.#dialling?.abort()
      if (this.#current?.link === link) this.#drop()
    }
  }

  /** @param {number} link @param {string} text */
  #post(link, text) {
    if (this.#current?.link !== link) return
    try {
      this.#current.port.post(text)
    } catch {
      // Later, as more orders of this turn may follow.
      queueMicrotask(() => this.#lost(link, 'the port takes no messages any more'))
    }
  }

  /** @param {number} link */
  async #open(link) {
    const controller = (this.#dialling = new AbortController())
    const { signal } = controller
    try {
      const token = await fetchToken(this.#token).catch((error) => { throw new NoToken(error) })
      const port = new Port(signal.aborted ? null : await this.#dial({ signal }))
      if (signal.aborted) port.close()
      else this.#use(link, port, token)
    } catch (error) {
      if (!signal.aborted) this.#native.dialFailed(link, JSON.stringify(reasonOf(error)), error instanceof NoToken ? TOKEN_EXPIRED : undefined)
    }
    this.#turn(true)
  }

  /** @param {number} link @param {Port} port @param {string | null} token */
  #use(link, port, token) {
    this.#dialling = null
    this.#current = { link, port }
    port.onMessage((data) => this.#receive(link, data))
    port.onClose(() => this.#lost(link, 'the port was closed'))
    port.onMessageError(() => this.#lost(link, 'a message on the port could not be read'))
    this.#native.opened(link, token)
    port.start()
  }

  /** @param {number} link @param {unknown} data */
  #receive(link, data) {
    if (this.#over) return
    if (typeof data !== 'string') this.#native.violation(link, BAD_FRAME)
    else if (data.length > MAX_FRAME) this.#native.violation(link, FRAME_TOO_LARGE)
    else this.#native.message(link, data)
    this.#turn(true)
  }

  /** @param {number} link @param {string} reason */
  #lost(link, reason) {
    if (this.#over || this.#current?.link !== link) return
    this.#drop()
    this.#native.lost(link, reason)
    this.#turn(true)
  }

  #drop() {
    this.#current?.port.close()
    this.#current = null
  }

  /** @param {number} waitMs */
  #arm(waitMs) {
    const at = performance.now() + waitMs
    // One that rings too early asks again, which is cheaper than a new timer for each frame.
    if (this.#timer !== null && this.#armedFor <= at) return
    clearTimeout(this.#timer)
    this.#armedFor = at
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#native.tick()
      this.#turn(true)
    }, Math.min(waitMs, MAX_DELAY_MS))
    // What is waited for keeps the process alive by itself.
    this.#timer.unref?.()
  }
}

class NoToken extends Error {
  /** @param {unknown} cause */
  constructor(cause) {
    super(`token() failed: ${cause instanceof Error ? cause.message : 'it threw no Error'}`)
  }
}

/** Why there is no port. @param {unknown} error */
function reasonOf(error) {
  if (error instanceof NoToken) return localBody('E_AUTH', error.message)
  if (error instanceof SmartAgentError) return errorBody(error)
  return localBody('E_NO_HOST', `no port could be had: ${error instanceof Error ? error.message : 'the dial failed'}`)
}
