// @ts-check
/// <reference lib="dom" />
import { Life } from './embed-life.js'
import { Pace } from './embed-pace.js'
import { HostSocket } from './embed-socket.js'
import {
  MAX_HELLO_BYTES, MAX_TO_HOST_BYTES, MAX_TO_PLUGIN_BYTES, MAX_WELCOME_BYTES, controlFrame, errorFrame, fits, goodbyeFrame, mayReturn, parse,
  stopError, vouchedHello,
} from './embed-frames.js'

/** @typedef {import('./embed-frames.js').Fault} Fault */

/**
 * @typedef {object} Settings
 * @property {unknown} host the URL to dial
 * @property {string | (() => string | Promise<string>) | undefined} token
 * @property {string | undefined} plugin its id; without one, what it says of itself
 * @property {string | undefined} [type] its type; without one, what it says of itself
 * @property {string | undefined} origin what the token's owner vouches for
 */

/**
 * @typedef {object} RelayEvents
 * @property {() => void} ready the host has welcomed the plugin
 * @property {(message: string) => void} waiting the host cannot be reached, and is dialled again
 * @property {(responding: boolean) => void} responding whether the plugin answers the host's pings
 * @property {(message: string, stop?: Fault) => void} ended the link is over; with `stop` for good
 * @property {() => void} left the plugin said goodbye
 */

/** A plugin that sends more than its window allows while the host reads nothing is cut off here. */
const MAX_BUFFERED_BYTES = 8_388_608
/** From the offer to the plugin's first frame. */
const HELLO_TIMEOUT_MS = 10_000
const PONG_TIMEOUT_MS = 10_000
/** How soon a document that is still there answers. */
const PROBE_TIMEOUT_MS = 5_000

/** One plugin's port, carried to a host over a WebSocket of its own: frame by frame, unread but for the first. */
export class Relay {
  #port
  #settings
  #backoff
  #events
  #life
  #pace = new Pace((text) => this.#toHost(text))
  /** @type {HostSocket | undefined} */
  #socket
  /** @type {any} */
  #hello
  #welcomed = false
  #over = false
  #pongTimeoutMs = PONG_TIMEOUT_MS
  /** The frame that already told the plugin why this ends. @type {any} */
  #parting

  /** @param {MessagePort} port @param {Settings} settings @param {import('./embed-backoff.js').Backoff} backoff @param {RelayEvents} events */
  constructor(port, settings, backoff, events) {
    this.#port = port
    this.#settings = settings
    this.#backoff = backoff
    this.#events = events
    this.#life = new Life(events.responding)
    port.onmessage = ({ data }) => this.#fromPlugin(data)
    port.onmessageerror = () => this.#refuse({ code: 'E_PROTOCOL', closeCode: 4500, message: 'a message on the port could not be read' })
    this.#life.expect(HELLO_TIMEOUT_MS, () => this.#refuse({ code: 'E_NO_HOST', closeCode: 4008, message: 'no hello came on the port' }))
  }

  /**
   * Asks the plugin for a sign of life, after its frame may have gone to another page: a port does not tell that the
   * document at its other end is gone.
   */
  probe() {
    if (!this.#welcomed || this.#over) return
    this.#port.postMessage('{"type":"ping","n":0}')
    this.#life.expect(PROBE_TIMEOUT_MS, () => this.#end(1000, 'the frame shows another page', goodbyeFrame(1001, 'no answer after the frame loaded', true)))
  }

  /** Ends the link without a word on how it goes on. @param {number} code @param {string} [lastFrame] */
  close(code, lastFrame) {
    if (this.#over) return
    this.#over = true
    this.#life.stop()
    this.#pace.stop()
    this.#socket?.close(code)
    if (lastFrame !== undefined) this.#port.postMessage(lastFrame)
    this.#port.onmessage = this.#port.onmessageerror = null
    this.#port.close()
  }

  /** @param {unknown} data */
  #fromPlugin(data) {
    if (typeof data !== 'string') return this.#refuse({ code: 'E_PROTOCOL', closeCode: 4500, message: 'a frame on a port is one string' })
    if (!fits(data, this.#welcomed ? MAX_TO_HOST_BYTES : MAX_HELLO_BYTES)) {
      return this.#refuse({ code: 'E_TOO_LARGE', closeCode: 4510, message: 'the frame is larger than a plugin may send' })
    }
    if (this.#hello === undefined) return this.#greet(parse(data))
    this.#life.heard()
    if (controlFrame(data)?.type === 'goodbye') return this.#leave(data)
    if (!this.#welcomed) return this.#refuse({ code: 'E_PROTOCOL', closeCode: 4500, message: 'nothing may come between hello and welcome' })
    if (!this.#pace.pass(data)) this.#flooded()
  }

  /** @param {string} text */
  #toHost(text) {
    if (!this.#socket?.send(text, MAX_BUFFERED_BYTES)) this.#flooded()
  }

  #flooded() {
    this.#end(4003, 'the plugin sends faster than the host reads', goodbyeFrame(4003, 'too much waits for the host', true))
  }

  /** @param {any} hello */
  #greet(hello) {
    if (hello?.type !== 'hello') return this.#refuse({ code: 'E_PROTOCOL', closeCode: 4500, message: 'the first frame is hello' })
    this.#life.stop()
    this.#hello = hello
    this.#dial()
  }

  #dial() {
    const { host, token, plugin, type, origin } = this.#settings
    const socket = new HostSocket(/** @type {string} */ (host), {
      hello: async () => vouchedHello(this.#hello, { plugin, type, origin, token: typeof token === 'function' ? await token() : token }),
      message: (data) => this.#fromHost(data),
      closed: (code, why) => this.#lost(code, why),
    })
    this.#socket = socket
    socket.dial(this.#backoff.delayMs())
  }

  /** @param {unknown} data */
  #fromHost(data) {
    if (this.#over) return
    if (typeof data !== 'string' || !fits(data, this.#welcomed ? MAX_TO_PLUGIN_BYTES : MAX_WELCOME_BYTES)) {
      return this.#refuse({ code: 'E_PROTOCOL', closeCode: 4500, message: 'the host sent what is no frame' })
    }
    const frame = this.#welcomed ? controlFrame(data) : parse(data)
    this.#port.postMessage(data)
    if (!this.#welcomed && frame?.type === 'welcome') return this.#welcome(frame)
    if (frame?.type === 'ping') this.#life.asked(this.#pongTimeoutMs)
    if (frame?.type === 'goodbye' || (frame?.type === 'error' && frame.fatal === true)) this.#part(frame)
  }

  /** The plugin may knock again before the WebSocket has closed. @param {any} frame */
  #part(frame) {
    this.#parting = frame
    this.#backoff.lost(frame.retryAfterMs)
  }

  /** @param {any} welcome */
  #welcome({ heartbeat, limits }) {
    this.#welcomed = true
    if (heartbeat?.timeoutMs > 0) this.#pongTimeoutMs = heartbeat.timeoutMs
    if (limits !== undefined) this.#pace.keep(limits)
    this.#backoff.ready()
    this.#events.ready()
  }

  /** @param {string} goodbye */
  #leave(goodbye) {
    if (this.#welcomed) this.#socket?.send(goodbye, MAX_BUFFERED_BYTES)
    this.close(1000)
    this.#events.left()
  }

  /** The WebSocket has closed. @param {number} code @param {string} why */
  #lost(code, why) {
    if (this.#over) return
    const { closeCode = code, reason, message } = this.#parting ?? {}
    if (this.#parting === undefined) this.#backoff.lost()
    if (this.#parting === undefined && !this.#welcomed && mayReturn(code)) {
      // The plugin has seen nothing of this dial, so that the next one is the same to it.
      this.#events.waiting(why)
      return this.#dial()
    }
    const returns = this.#parting?.resume ?? mayReturn(closeCode)
    const told = reason ?? message ?? why
    if (this.#parting !== undefined) this.close(1000)
    else this.close(1000, returns ? goodbyeFrame(code >= 4000 ? code : 4000, told, true) : errorFrame({ code: stopError(code), message: told, closeCode: code }))
    if (returns) this.#events.ended(told)
    else this.#events.ended(told, { code: this.#parting?.code ?? stopError(closeCode), message: told, closeCode })
  }

  /** Ends the link from here, in a way that the plugin may knock again. @param {number} code @param {string} why @param {string} frame */
  #end(code, why, frame) {
    this.close(code === 1000 ? 1000 : 3000, frame)
    this.#events.ended(why)
  }

  /** One side broke the protocol. @param {Fault} fault */
  #refuse(fault) {
    if (this.#over) return
    this.close(this.#welcomed ? 4500 : 1000, errorFrame(fault))
    this.#events.ended(fault.message, fault)
  }
}
