// @ts-check
import { clearTimeout, setTimeout } from 'node:timers'
import { unwrap } from '../errors.js'
import { openScenario } from '../native.js'
import { CALL_MESSAGES } from './simulator.js'

/**
 * @typedef {object} ScenarioEvents what a player tells while it plays; each may be left out
 * @property {(name: string, parameters: Record<string, unknown>) => void} [action] a step was taken
 * @property {(name: string, parameters: any) => void} [fault] links are to break: `drop`, `delay` or `restart`; or `refuse`, which the player does itself
 * @property {(name: string, expectation: any) => void} [met] an `expect` or `expect_none` was met
 * @property {(message: string) => void} [failed] a step was not possible or an expectation not met: the scenario is over
 * @typedef {object} ScenarioHost what a `SmartAgentHost` is asked for here
 * @property {(snapshot: any) => void} applySnapshot
 * @property {(command: any) => void} noteCommand
 * @property {(method: any, handler: (payload: any, context: any) => any) => () => void} handle
 * @property {(event: 'request', listener: (notice: any) => void) => () => void} on
 * @typedef {{ name: string, description: string, breaksLinks: boolean, quickConnects: any[] }} ScenarioFacts
 */

/** The commands that plugins' messages amount to, as the call engine knows them. @type {Record<string, string>} */
const COMMANDS = { transfer_call: 'transfer', quick_connect: 'transfer', end_conference_call: 'end_connection' }

/** Plays one scenario on a host: its steps change the agent's state there, and plugins' messages change it too. */
export class ScenarioPlayer {
  #native
  #events
  /** @type {ScenarioHost | null} */
  #host = null
  /** @type {Map<string, () => void>} */
  #undo = new Map()
  /** @type {NodeJS.Timeout | undefined} */
  #timer
  /** @type {((ok: boolean) => void) | null} */
  #ended = null
  /** When the clock was stopped, and how long it stood still before. @type {number | null} */
  #pausedAt = null
  #pausedMs = 0

  /**
   * @param {{ file: string, text: string, speed?: number, round?: number, on?: ScenarioEvents }} options `file` names the text in errors;
   *   `round` is how often the host has seen it: contacts are others each time
   * @throws {import('../errors.js').SmartAgentError} `E_BAD_REQUEST` with file, line and column
   */
  constructor({ file, text, speed = 1, round = 0, on = {} }) {
    this.#native = openScenario(file, text, speed, round)
    this.#events = on
    /** @type {ScenarioFacts} */
    this.facts = JSON.parse(this.#native.facts())
  }

  /**
   * Shows the calls to the plugins of `host`, which learns how things stand and nothing of what was before.
   * @param {ScenarioHost} host
   */
  attach(host) {
    this.detach()
    this.#host = host
    host.applySnapshot(JSON.parse(this.#native.snapshot()))
    for (const method of CALL_MESSAGES) this.#install(method)
    this.#undo.set('', host.on('request', (/** @type {any} */ { method, payload, plugin, contactId }) => {
      if (!this.#undo.has(method)) this.#message(method, payload, plugin, contactId)
    }))
  }

  /** Plays on with no host: nobody sees what happens. */
  detach() {
    for (const undo of this.#undo.values()) undo()
    this.#undo.clear()
    this.#host = null
  }

  /**
   * Plays to the end, or until the signal.
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<boolean>} whether every step was possible and every expectation met
   */
  play({ signal } = {}) {
    return new Promise((resolve) => {
      const stop = () => this.#ended?.(false)
      this.#ended = (ok) => {
        this.#ended = null
        clearTimeout(this.#timer)
        signal?.removeEventListener('abort', stop)
        resolve(ok)
      }
      signal?.addEventListener('abort', stop)
      if (signal?.aborted) stop()
      else this.#poll()
    })
  }

  /** Stops the scenario's clock. */
  pause() {
    this.#pausedAt ??= performance.now()
    clearTimeout(this.#timer)
  }

  resume() {
    if (this.#pausedAt === null) return
    this.#pausedMs += performance.now() - this.#pausedAt
    this.#pausedAt = null
    this.#poll()
  }

  get #now() {
    return Math.floor(performance.now() - this.#pausedMs)
  }

  #poll() {
    clearTimeout(this.#timer)
    if (this.#ended === null || this.#pausedAt !== null) return
    for (const output of JSON.parse(this.#native.poll(this.#now))) this.#take(output)
  }

  /** @param {any} output */
  #take(output) {
    const { kind } = output
    if (kind === 'note') this.#host?.noteCommand(output.command)
    else if (kind === 'apply') this.#host?.applySnapshot(output.snapshot)
    else if (kind === 'action') this.#acted(output.action)
    else if (kind === 'fault') this.#fault(output)
    else if (kind === 'met') this.#events.met?.(output.name, output.with)
    else if (kind === 'failed') this.#events.failed?.(output.message)
    else if (kind === 'timeout') this.#pollIn(output.at - this.#now)
    else if (kind === 'done') this.#ended?.(output.ok)
  }

  /** @param {number} ms */
  #pollIn(ms) {
    if (this.#ended === null || this.#pausedAt !== null) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#poll(), Math.max(0, ms))
  }

  /** @param {Record<string, any>} action */
  #acted(action) {
    for (const [name, parameters] of Object.entries(action)) this.#events.action?.(name, parameters)
  }

  /** @param {any} output */
  #fault({ name, with: parameters }) {
    if (name === 'refuse') this.#install(parameters.message)
    this.#events.fault?.(name, parameters)
  }

  /** Has the host ask here what `method` is answered. @param {string} method */
  #install(method) {
    const host = this.#host
    if (host === null || this.#undo.has(method)) return
    this.#undo.set(method, host.handle(method, (/** @type {any} */ payload, /** @type {any} */ { plugin, contactId }) => this.#message(method, payload, plugin, contactId)))
  }

  /** @param {string} method @param {any} payload @param {string} plugin @param {string | null} contactId @returns {any} */
  #message(method, payload, plugin, contactId) {
    const text = this.#native.message(plugin, method, contactId, JSON.stringify(payload ?? {}))
    // An expectation may be met now; the answer goes first.
    this.#pollIn(0)
    this.#giveBack(method)
    if (text === null) return undefined
    const { result, snapshots } = unwrap(text)
    this.#noteCommand(method, result)
    for (const snapshot of snapshots) this.#host?.applySnapshot(snapshot)
    return result
  }

  /** What only a refusal brought here is the host's to answer again. @param {string} method */
  #giveBack(method) {
    if (/** @type {readonly string[]} */ (CALL_MESSAGES).includes(method)) return
    this.#undo.get(method)?.()
    this.#undo.delete(method)
  }

  /** The host notes what plugins ask for by its own clock, which is not the scenario's. @param {string} method @param {any} result */
  #noteCommand(method, result) {
    const type = COMMANDS[method]
    if (type === undefined) return
    const { timestamp } = JSON.parse(this.#native.snapshot())
    const { contactId, connectionId } = result
    this.#host?.noteCommand({ type, contactId, ...(type === 'end_connection' ? { connectionId } : {}), initiatedBy: 'plugin', timestamp })
  }
}
