// @ts-check
import { clearTimeout, setTimeout } from 'node:timers'
import { unwrap } from '../errors.js'
import { openScenario } from '../native.js'
import { PlayerClock } from './player-clock.js'
import { ScenarioMessages } from './scenario-messages.js'

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
 * @typedef {{ name: string, description: string, breaksLinks: boolean, quickConnects: any[],
 *   steps: { name: string, with: unknown, line: number | null }[] }} ScenarioFacts
 * @typedef {{ done: number, doing: 'nothing' | 'waiting' | 'expecting' | 'done', now: number, rate: number }} ScenarioProgress `now` in
 *   simulated time, of which `rate` milliseconds pass in a real one
 */

/** Plays one scenario on a host: its steps change the agent's state there, and plugins' messages change it too. */
export class ScenarioPlayer {
  #native
  #events
  /** @type {ScenarioHost | null} */
  #host = null
  /** @type {ScenarioMessages | null} */
  #messages = null
  /** @type {NodeJS.Timeout | undefined} */
  #timer
  /** @type {((ok: boolean) => void) | null} */
  #ended = null
  #clock = new PlayerClock()
  /** A step that is to be taken alone expects something, which takes real time. */
  #pauseAfterwards = false

  /**
   * @param {{ file: string, text: string, speed?: number, round?: number, start?: number, on?: ScenarioEvents }} options `file` names the
   *   text in errors; `round` is how often the host has seen it: contacts are others each time; `start` is what its clock shows at first
   * @throws {import('../errors.js').SmartAgentError} `E_BAD_REQUEST` with file, line and column
   */
  constructor({ file, text, speed = 1, round = 0, start, on = {} }) {
    this.#native = openScenario(file, text, speed, round, start)
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
    // An expectation may be met by a message; its answer goes first.
    this.#messages = new ScenarioMessages(this.#native, host, () => this.#pollIn(0))
  }

  /** Plays on with no host: nobody sees what happens. */
  detach() {
    this.#messages?.remove()
    this.#messages = this.#host = null
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
    this.#pauseAfterwards = false
    this.#clock.pause()
    clearTimeout(this.#timer)
  }

  resume() {
    if (!this.#clock.paused) return
    this.#clock.resume()
    this.#poll()
  }

  /** Takes the next step at once, what it waits for left out, and stops the clock. */
  step() {
    this.pause()
    for (;;) {
      const outputs = JSON.parse(this.#native.pollStep(this.#clock.now))
      for (const output of outputs) this.#take(output)
      const { kind, at } = outputs.at(-1)
      if (kind !== 'timeout') return
      if (this.progress().doing === 'expecting') {
        this.#pauseAfterwards = true
        return this.resume()
      }
      this.#clock.forwardTo(at)
    }
  }

  /** Leaves the steps to come out; the contacts stay. */
  abandon() { this.#native.abandon(this.#clock.now) }

  /** Plays on at that speed. @param {number} speed */
  setSpeed(speed) {
    this.#native.setSpeed(speed, this.#clock.now)
    this.#pollIn(0)
  }

  /**
   * Does one action that is no step.
   * @param {string} name @param {Record<string, unknown>} [parameters]
   * @returns {{ contactId: string | null, connectionId: string | null }}
   * @throws {import('../errors.js').SmartAgentError} `E_CONFLICT` that names the state and what is possible there
   */
  act(name, parameters = {}) {
    const { commands, snapshots, contactId, connectionId } = unwrap(this.#native.act(JSON.stringify({ [name]: parameters }), this.#clock.now))
    for (const command of commands) this.#host?.noteCommand(command)
    for (const snapshot of snapshots) this.#host?.applySnapshot(snapshot)
    this.#pollIn(0)
    return { contactId, connectionId }
  }

  /** Lets simulated time pass where no step does. @param {number} until */
  follow(until) {
    for (const snapshot of JSON.parse(this.#native.follow(until))) this.#host?.applySnapshot(snapshot)
  }

  /** When something happens by itself next, in simulated time. @returns {number | null} */
  get nextTimer() { return this.#native.nextTimer() }

  /** @returns {ScenarioProgress} */
  progress() {
    const progress = JSON.parse(this.#native.progress(this.#clock.now))
    return this.#clock.paused ? { ...progress, rate: 0 } : progress
  }

  /** What a desktop shows: the agent's state, and what is possible. @returns {any} */
  view() {
    return { ...JSON.parse(this.#native.view()), snapshot: JSON.parse(this.#native.snapshot()) }
  }

  #poll() {
    clearTimeout(this.#timer)
    if (this.#ended === null || this.#clock.paused) return
    for (const output of JSON.parse(this.#native.poll(this.#clock.now))) this.#take(output)
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
    else if (kind === 'timeout') this.#pollIn(output.at - this.#clock.now)
    else if (kind === 'done') this.#ended?.(output.ok)
    if (this.#pauseAfterwards && (kind === 'met' || kind === 'failed')) this.pause()
  }

  /** @param {number} ms */
  #pollIn(ms) {
    if (this.#ended === null || this.#clock.paused) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#poll(), Math.max(0, ms))
  }

  /** @param {Record<string, any>} action */
  #acted(action) {
    for (const [name, parameters] of Object.entries(action)) this.#events.action?.(name, parameters)
  }

  /** @param {any} output */
  #fault({ name, with: parameters }) {
    if (name === 'refuse') this.#messages?.install(parameters.message)
    this.#events.fault?.(name, parameters)
  }
}
