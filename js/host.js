// @ts-check
import { Listeners, listenerError, warn, warnOf } from './events.js'
import { badRequest, fromBody, localBody, SmartAgentError, unwrap } from './errors.js'
import { HostEvents } from './host-events.js'
import { HostHandlers } from './host-handlers.js'
import { hostOptions, MAX_SNAPSHOT } from './host-options.js'
import { HostPorts } from './host-ports.js'
import { HostRecording } from './host-recording.js'
import { Inbox } from './inbox.js'
import { toJson } from './json.js'
import { KeepAlive } from './keep-alive.js'
import { assertHostEvent } from './names.js'

/** A desktop's side of the link. See host.d.ts for the contract of each member. */
export class SmartAgentHost {
  #native
  #inbox
  #events
  #handlers
  #ports
  #recording
  #listeners
  #keepAlive = new KeepAlive()
  /** @type {Map<number, (outcome: any) => void>} */
  #listening = new Map()
  #nextId = 1
  #closed = false
  /** @type {Promise<void> | null} */
  #closing = null
  /** @type {(() => void) | null} */
  #ended = null

  /** @param {any} [options] */
  constructor(options = {}) {
    const { authenticate, token, open, json } = hostOptions(options)
    /** The shared secret of every plugin; undefined where `authenticate` decides. @type {string | undefined} */
    this.token = token
    const hear = () => native?.hear?.([...this.#listeners.names()]) // a desk in memory hands over every notice
    this.#listeners = new Listeners(hear, (event, error) => this.#report(listenerError(event, error), event))
    /** @type {import('./binding.js').NativeHost | null} */
    let native = null
    // Whoever asks for more has handled what came before.
    const source = { drain: () => (this.#ports?.flush(), native?.drain() ?? '') }
    this.#inbox = new Inbox(() => native && source, (delivery) => this.#handle(delivery))
    native = this.#native = open(json, () => this.#inbox.wake())
    this.#events = new HostEvents(native)
    this.#handlers = new HostHandlers(native, authenticate, (error) => this.#report(error))
    this.#ports = new HostPorts(native, this.#keepAlive, () => this.#inbox.wake())
    this.#recording = new HostRecording(native, (error) => this.#report(error))
    hear()
  }

  /** Accepts plugins. @param {{ port?: number, address?: string }} [options] @returns {Promise<{ url: string, port: number, address: string }>} */
  async listen({ port = 7420, address = '127.0.0.1' } = {}) {
    if (this.#closed) throw fromBody(localBody('E_CLOSED', 'the host is closed'))
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw badRequest('port must be an integer from 0 to 65535', 'port')
    if (typeof address !== 'string') throw badRequest('address must be an IP address', 'address')
    const id = this.#nextId++
    const bound = new Promise((/** @type {(outcome: any) => void} */ resolve) => void this.#listening.set(id, resolve))
    // A host that listens keeps its process alive, as a server does.
    this.#keepAlive.active = true
    this.#keepAlive.hold()
    this.#native.listen(id, port, address)
    const { error, result } = await bound
    this.#listening.delete(id)
    if (error === undefined) return result
    this.#keepAlive.release()
    throw fromBody(error)
  }

  /** Serves the plugin at the other end of a port. @param {any} port @param {any} [options] */
  attachPort(port, options) {
    return this.#ports.attach(port, options)
  }

  /** @param {string} method @param {any} handler @returns {() => void} its undo */
  handle(method, handler) {
    return this.#handlers.set(method, handler)
  }

  /** @param {string} event @param {any} payload @param {any} [options] @returns {number} how many sessions it went to */
  emit(event, payload, options = {}) {
    return this.#events.emit(event, payload, options)
  }

  /** @param {any} snapshot @param {{ agent?: string }} [options] */
  applySnapshot(snapshot, { agent } = {}) {
    unwrap(this.#native.applySnapshot(toJson(snapshot, 'applySnapshot()', MAX_SNAPSHOT), agent))
  }

  /** @param {any} command @param {{ agent?: string }} [options] */
  noteCommand(command, { agent } = {}) {
    unwrap(this.#native.noteCommand(toJson({ timestamp: Date.now(), ...command }, 'noteCommand()'), agent))
  }

  /** @param {any} target a path or a writable @param {{ redact?: boolean }} [options] @returns {{ stop(): Promise<void>, readonly lines: number }} */
  record(target, options) {
    return this.#recording.begin(target, options)
  }

  /** Ends a session for good. @param {string} session its id @returns {boolean} whether there was one */
  remove(session) {
    return this.#native.remove(String(session))
  }

  /** Who is connected, or may come back. @returns {any[]} */
  sessions() {
    return JSON.parse(this.#native.sessions())
  }

  /** @param {string} event @param {any} listener @param {{ signal?: AbortSignal }} [options] @returns {() => void} */
  on(event, listener, options) {
    return this.#listen(event, listener, { signal: options?.signal })
  }

  /** @param {string} event @param {any} listener @param {{ signal?: AbortSignal }} [options] @returns {() => void} */
  once(event, listener, options) {
    return this.#listen(event, listener, { once: true, signal: options?.signal })
  }

  /** @param {string} event @param {any} [listener] */
  off(event, listener) {
    assertHostEvent(event)
    return this.#listeners.remove(event, listener)
  }

  /** Lets the listening host keep the process alive: the default. */
  ref() {
    this.#keepAlive.wanted = true
    return this
  }

  /** Lets the process exit although it listens. */
  unref() {
    this.#keepAlive.wanted = false
    return this
  }

  /** Says goodbye to every plugin. @returns {Promise<void>} */
  close() {
    return (this.#closing ??= this.#shut())
  }

  [Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose')]() {
    return this.close()
  }

  async #shut() {
    this.#closed = true
    this.#keepAlive.active = true
    this.#keepAlive.hold()
    const ended = new Promise((/** @type {(value?: unknown) => void} */ resolve) => void (this.#ended = () => resolve()))
    this.#native.close()
    await ended
    await this.#recording.close()
    this.#inbox.end()
    this.#native.release()
    this.#keepAlive.active = false
  }

  /** @param {string} event @param {any} listener @param {{ once?: boolean, signal?: AbortSignal }} options */
  #listen(event, listener, options) {
    assertHostEvent(event)
    const { remove } = this.#listeners.add(event, listener, options)
    return () => void remove()
  }

  /** @param {any} delivery */
  #handle(delivery) {
    const { kind } = delivery
    if (kind === 'notice') {
      const { notice, ...payload } = delivery.notice
      this.#listeners.emit(notice, payload)
    } else if (kind === 'run') void this.#handlers.run(delivery)
    else if (kind === 'abort') this.#handlers.abort(delivery.ticket)
    else if (kind === 'authenticate') void this.#handlers.authenticate(delivery)
    else if (kind === 'transmit') this.#ports.transmit(delivery)
    else if (kind === 'hangup') this.#ports.hangup(delivery)
    else if (kind === 'listening') this.#listening.get(delivery.id)?.(delivery)
    else if (kind === 'recorded') this.#recording.write(delivery.line)
    else if (kind === 'recordingEnded') void this.#recording.end()
    else if (kind === 'error') this.#report(fromBody(delivery.error))
    else if (kind === 'warning') warn(delivery.message, 'SMARTAGENT_HOST')
    else if (kind === 'closed') this.#end()
  }

  #end() {
    for (const settle of this.#listening.values()) settle({ error: localBody('E_CLOSED', 'the host was closed') })
    // One that broke down ends without being told to: it is closed, and keeps nothing alive.
    if (this.#closing === null) [this.#closed, this.#keepAlive.active, this.#closing] = [true, false, Promise.resolve()]
    this.#ports.end()
    this.#listeners.emit('closed', {})
    this.#ended?.()
  }

  /** @param {SmartAgentError} error @param {string} [event] */
  #report(error, event) {
    if (event === 'error' || !this.#listeners.emit('error', error)) warnOf(error)
  }
}
