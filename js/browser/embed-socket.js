// @ts-check
/// <reference lib="dom" />
import { SUBPROTOCOL } from './embed-frames.js'

const OPEN_TIMEOUT_MS = 10_000
/** A page is not told why a WebSocket does not open. */
const UNREACHABLE = 'refuses the link or is not there: is it running, does its allowedOrigins list this page\'s origin, '
  + 'does this page\'s connect-src allow it'

/** One WebSocket to a host, from the pause before its dial to its end, which is told exactly once unless it was asked for. */
export class HostSocket {
  #url
  #on
  /** @type {WebSocket | undefined} */
  #socket
  #done = false
  #opened = false
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer

  /**
   * @param {string} url
   * @param {{hello: () => Promise<string>, message: (data: unknown) => void, closed: (code: number, why: string) => void}} on
   *   `hello` makes the first frame for each dial, as tokens age
   */
  constructor(url, on) {
    this.#url = url
    this.#on = on
  }

  /** @param {number} delayMs */
  dial(delayMs) {
    this.#timer = setTimeout(() => void this.#open(), delayMs)
  }

  async #open() {
    let hello
    try {
      hello = await this.#on.hello()
    } catch {
      return this.#end(4000, 'the option token failed to give one')
    }
    if (this.#done) return
    let socket
    try {
      socket = this.#socket = new WebSocket(this.#url, SUBPROTOCOL)
    } catch {
      // Only a page's rules do this: a page of https may not dial ws://.
      return this.#end(1008, 'this page may not dial the host: a page of https needs a host of wss')
    }
    this.#timer = setTimeout(() => this.#fail('did not answer within 10 s'), OPEN_TIMEOUT_MS)
    socket.onopen = () => {
      clearTimeout(this.#timer)
      this.#opened = true
      socket.send(hello)
    }
    socket.onmessage = ({ data }) => this.#on.message(data)
    // A dial that the page's own policy forbids has an error and, in Chromium, no close.
    socket.onerror = () => { if (!this.#opened) this.#fail(UNREACHABLE) }
    socket.onclose = ({ code, reason }) => this.#opened ? this.#end(code, reason || 'the link to the host was lost') : this.#fail(UNREACHABLE)
  }

  /** @param {string} text @param {number} maxBuffered @returns whether it was taken; false when too much waits already */
  send(text, maxBuffered) {
    const socket = this.#socket
    if (socket === undefined || socket.bufferedAmount > maxBuffered) return false
    // In a socket that is closing the text is lost; its `close` event tells the rest.
    socket.send(text)
    return true
  }

  /** @param {number} code */
  close(code) {
    this.#done = true
    clearTimeout(this.#timer)
    this.#quiet()
    this.#socket?.close(code)
  }

  /** @param {string} what */
  #fail(what) {
    this.#quiet()
    this.#socket?.close()
    this.#end(1006, `the host at ${this.#url} ${what}`)
  }

  #quiet() {
    const socket = this.#socket
    if (socket !== undefined) socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null
  }

  /** @param {number} code @param {string} why */
  #end(code, why) {
    if (this.#done) return
    this.#done = true
    clearTimeout(this.#timer)
    this.#on.closed(code, why)
  }
}
