// @ts-check
import { fromBody, localBody, unable } from './errors.js'
import { isLocal } from './names.js'
import { KeepAlive } from './keep-alive.js'
import { Link, payloadJson } from './link.js'
import { logLine, logs } from './log.js'
import { openWebsocket } from './native.js'
import { Receiver } from './receiver.js'
import { OPEN, TIMERS } from './transports.js'

/**
 * @typedef {'idle' | 'connecting' | 'ready' | 'interrupted' | 'closed'} State
 * @typedef {ReturnType<typeof import('./options.js').clientOptions>} Options
 */

/** `close()` promises to take less than a second whatever the peer does. */
const CLOSE_WITHIN_MS = 800

/** The life of a client: idle → connecting → ready ⇄ interrupted → closed, and again. One link per life. */
export class Connection {
  /** @type {State} */
  state = 'idle'
  keepAlive = new KeepAlive()
  /** @type {Link | null} */
  #link = null
  /** @type {Promise<any> | null} */
  #initialised = null
  /** @type {Promise<void> | null} */
  #closing = null
  /** @type {((outcome: import('./link.js').Outcome) => void) | null} */
  #settleInit = null
  /** @type {(() => void) | null} */
  #ended = null
  /** An `init()` that waits for the end of a `close()`. @type {object | null} */
  #queued = null

  /**
   * @param {Options} options
   * @param {import('./events.js').Listeners} listeners
   * @param {(error: import('./errors.js').SmartAgentError) => void} report
   */
  constructor(options, listeners, report) {
    this.options = options
    this.listeners = listeners
    this.receiver = new Receiver(listeners, options.native.plugin.instance, {
      report,
      state: () => this.state,
      enter: (state) => this.#enter(state),
      settle: (outcome) => this.#settle(outcome),
      finish: (closed) => this.#finish(closed, { code: 'E_CLOSED', message: `the link was closed: ${closed.reason}` }),
      logs: (level) => logs(this.options.logger, level),
      log: (level, text) => this.log(level, text),
    })
  }

  /** @type {{ setTimeout: (run: () => void, ms: number) => any, clearTimeout: (timer: any) => void }} */
  get timers() {
    return /** @type {any} */ (this.options.transport)[TIMERS] ?? globalThis
  }

  /** Whether no listener may run any more. */
  get silent() {
    return this.#link === null && this.state === 'closed'
  }

  init() {
    if (this.#initialised !== null) return this.#initialised
    const start = this.#start()
    // An attempt that failed must not be what a later init() gets.
    this.#initialised ??= start
    return start
  }

  close() {
    if (this.#closing !== null || this.#link === null) this.#initialised = this.#queued = null
    if (this.#closing !== null) return this.#closing
    if (this.#link !== null) return (this.#closing = this.#shut(this.#link))
    if (this.state !== 'closed') this.#finish(null, { code: 'E_CLOSED', message: 'the client was closed' })
    return Promise.resolve()
  }

  /** @param {string} event @param {boolean} heard */
  listen(event, heard) {
    this.keepAlive[heard ? 'hold' : 'release']()
    this.#link?.native.listen(event, heard)
  }

  /** No listener of the event looks at its payload, or one does again. @param {string} event @param {boolean} overlooked */
  overlook(event, overlooked) {
    this.#link?.native.overlook?.(event, overlooked)
  }

  /**
   * @param {string} method @param {unknown} payload @param {import('./options.js').CallOptions} options
   * @returns {import('./link.js').Outcome | Promise<import('./link.js').Outcome>}
   * @throws {import('./errors.js').SmartAgentError} where the payload cannot be sent
   */
  request(method, payload, options) {
    const link = this.#link
    if (link === null || this.state === 'closed' || options.signal?.aborted) {
      // What is wrong with the payload itself comes first, in whatever state.
      payloadJson(method, payload)
      const there = link !== null && this.state !== 'closed'
      return { error: there ? localBody('E_CANCELLED', `${method} was cancelled before it was sent`) : unable(this.state) }
    }
    if (logs(this.options.logger, 'debug')) this.log('debug', `request ${method}`)
    return link.request(method, payload, options)
  }

  /** @param {'debug' | 'info' | 'warn' | 'error'} level @param {string} text */
  log(level, text) {
    logLine(this.options.logger, level, text)
  }

  async #start() {
    if (this.#closing !== null) {
      const queued = (this.#queued = {})
      await this.#closing
      if (this.#queued !== queued) throw fromBody(unable('closed'))
    }
    this.#enter('connecting')
    this.keepAlive.active = true
    this.keepAlive.hold()
    try {
      const outcome = await new Promise((/** @type {(outcome: import('./link.js').Outcome) => void} */ resolve) => {
        this.#settleInit = resolve
        this.#open()
      })
      if (outcome.error !== undefined) throw fromBody(outcome.error)
      return outcome.result
    } catch (error) {
      if (this.state === 'connecting') this.#abandon(error)
      throw error
    } finally {
      this.keepAlive.release()
    }
  }

  #open() {
    const { transport, native, token } = this.options
    const deliver = (/** @type {any} */ delivery) => void (link === this.#link && this.receiver.deliver(delivery))
    const link = new Link(transport[OPEN] ?? openWebsocket, native, { token, deliver, keepAlive: this.keepAlive })
    this.#link = link
    for (const event of this.listeners.names()) if (!isLocal(event)) link.native.listen(event, true)
    for (const event of this.listeners.sight.overlooked) this.overlook(event, true)
    link.native.init()
  }

  /** A first init() that failed leaves nothing behind. @param {any} error */
  #abandon(error) {
    const link = this.#link
    this.#link = this.#initialised = null
    link?.end(localBody(error.code ?? 'E_UNAVAILABLE', 'init() failed'))
    this.keepAlive.active = false
    this.#enter('idle')
  }

  /** @param {any} outcome */
  #settle(outcome) {
    this.#settleInit?.(outcome)
    this.#settleInit = null
  }

  /** @param {Link} link */
  async #shut(link) {
    this.#enter('closed')
    this.#initialised = null
    this.keepAlive.hold()
    const ended = new Promise((/** @type {(value?: unknown) => void} */ resolve) => void (this.#ended = () => resolve()))
    const timer = setTimeout(() => this.#finish({ code: 1000, reason: 'closed' }, localBody('E_CLOSED', 'the client was closed')), CLOSE_WITHIN_MS)
    link.close()
    await ended
    clearTimeout(timer)
    this.keepAlive.release()
    this.#closing = null
  }

  /** The end of a life, whoever ended it. @param {{ code: number, reason: string } | null} closed @param {{ code: string, message: string }} why */
  #finish(closed, { code, message }) {
    const error = localBody(code, message)
    const link = this.#link
    this.#enter('closed')
    if (this.#closing === null) this.#initialised = null
    link?.end(error)
    this.#settle({ error })
    if (closed !== null) this.listeners.emit('closed', { code: closed.code, reason: closed.reason })
    this.listeners.end(fromBody(error))
    this.#link = null
    this.keepAlive.active = false
    this.#ended?.()
    this.#ended = null
  }

  /** @param {State} state */
  #enter(state) {
    if (this.state === state) return
    this.state = state
    this.log('info', `state ${state}`)
  }
}
