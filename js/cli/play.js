// One run of a scenario on the desk: its steps and faults, what it expects, and what is expected of every plugin.
import { setTimeout as sleep } from 'node:timers/promises'

import { ScenarioPlayer } from '../simulator/scenario.js'

/** How long a plugin may take to connect, or to come back when its link broke. */
const CONNECT_WITHIN_MS = 15_000
const EXPECT_WITHIN_MS = 5_000
/** A run is over when nothing happened for this long, or after the limit. */
const QUIET_MS = 300
const SETTLE_WITHIN_MS = 3_000

/** What the bundled sample plugin sends when it gets an event; other plugins are free to do what they like. */
const SAMPLE_ANSWERS = /** @type {const} */ ([
  { event: 'incoming_call', message: 'show_notification' },
  { event: 'call_started', message: 'update_contact' },
  { event: 'call_ended', message: 'set_title_tag' },
])

/**
 * @typedef {object} PlayOptions
 * @property {import('./desk.js').Desk} desk
 * @property {import('./timeline.js').Timeline} timeline
 * @property {{ file: string, text: string }} scenario
 * @property {number} speed
 * @property {number} round how often it was played before
 * @property {AbortSignal} signal
 * @property {boolean} patient whether the first plugin may take as long as it likes to connect
 * @property {boolean} sample whether the plugin is the bundled sample
 * @property {((desk: import('./desk.js').Desk, signal: AbortSignal) => Promise<void>) | undefined} replay what is played instead of the scenario
 * @property {(reason: string) => void} fail called for each reason why the run failed
 */

export class Play {
  #options
  /** @type {ScenarioPlayer | null} */
  #player = null
  /** Links that are broken, until plugins are back. @type {Set<Promise<void>>} */
  #outages = new Set()

  /** @param {PlayOptions} options */
  constructor(options) {
    this.#options = options
    if (options.replay === undefined) options.desk.show(this.#player = this.#newPlayer())
  }

  #newPlayer() {
    const { timeline, scenario, speed, round } = this.#options
    return new ScenarioPlayer({
      file: scenario.file, text: scenario.text, speed, round,
      on: {
        action: (name, payload) => timeline.write('action', name, { payload }),
        fault: (name, payload) => this.#fault(name, payload),
        met: (name, payload) => timeline.write('expectation', `${payload.message} is ${name === 'expect' ? '' : 'not '}sent`, { payload }),
        failed: (message) => this.#failed(message),
      },
    })
  }

  /** Resolves when the scenario and everything it caused are over. */
  async run() {
    const { desk, signal, sample, replay } = this.#options
    if (!(await this.#connected())) return
    await replay?.(desk, signal)
    const whole = await this.#player?.play({ signal })
    while (this.#outages.size > 0 && !signal.aborted) await Promise.all(this.#outages)
    if (sample && whole) await this.#checkSample()
    await this.#settle()
    if (!signal.aborted || desk.faults.length > 0) this.#judge('every message of the plugin is accepted', desk.faults[0])
  }

  /** Waits for the first plugin. */
  async #connected() {
    const { desk, signal, patient } = this.#options
    const connected = await desk.until(() => desk.connected, { ...(patient ? {} : { withinMs: CONNECT_WITHIN_MS }), signal })
    if (!signal.aborted) {
      this.#judge('the plugin connects', connected ? undefined : `no plugin connected within ${CONNECT_WITHIN_MS / 1000} s`)
    }
    return connected
  }

  /** @param {string} name @param {any} payload */
  #fault(name, payload) {
    const { desk, timeline, speed } = this.#options
    timeline.write('action', name, { payload })
    if (name === 'refuse') desk.expectRefusal(payload.message)
    else if (name === 'delay') desk.delayLinks(payload.byMs / speed, payload.forMs / speed)
    else this.#track(this.#outage(name, (name === 'restart' ? payload.downMs : payload.forMs) / speed))
  }

  /** @param {Promise<void>} outage */
  #track(outage) {
    const tracked = outage
      .catch((error) => this.#failed(`the fault could not be played: ${error.message}`))
      .finally(() => this.#outages.delete(tracked))
    this.#outages.add(tracked)
  }

  /**
   * Breaks the links. Afterwards the scenario's clock waits for plugins to be back: what they see is the same at any speed.
   * @param {string} name @param {number} forMs
   */
  async #outage(name, forMs) {
    const { desk, signal } = this.#options
    const wasConnected = desk.connected
    await desk.breakLinks(forMs, { restart: name === 'restart' })
    if (!wasConnected || desk.connected || signal.aborted) return
    this.#player?.pause()
    const back = await desk.until(() => desk.connected, { withinMs: CONNECT_WITHIN_MS, signal })
    if (!signal.aborted) {
      this.#judge(`the plugin comes back after the ${name}`, back ? undefined : `no plugin connected within ${CONNECT_WITHIN_MS / 1000} s`)
    }
    this.#player?.resume()
  }

  async #checkSample() {
    const { desk, signal } = this.#options
    for (const { event, message } of SAMPLE_ANSWERS) {
      if (!desk.hasDelivered(event)) continue
      const met = await desk.until(() => desk.hasAnswered(message), { withinMs: EXPECT_WITHIN_MS, signal })
      if (signal.aborted) return
      this.#judge(`the sample plugin sends ${message} after ${event}`, met ? undefined : `none came within ${EXPECT_WITHIN_MS / 1000} s`)
    }
  }

  /** What is still under way is not cut off. */
  async #settle() {
    const { desk, signal } = this.#options
    const limit = performance.now() + SETTLE_WITHIN_MS
    while (performance.now() < Math.min(limit, desk.lastAt + QUIET_MS) && !signal.aborted) await sleep(QUIET_MS / 4)
  }

  /** @param {string} expectation @param {string | undefined} reason why it does not hold */
  #judge(expectation, reason) {
    const { timeline, fail } = this.#options
    timeline.write('expectation', expectation, reason === undefined ? {} : { error: { message: reason } })
    if (reason !== undefined) fail(`expected: ${expectation}; but ${reason}`)
  }

  /** @param {string} message */
  #failed(message) {
    const { timeline, fail } = this.#options
    timeline.write('expectation', 'the scenario plays to its end', { error: { message } })
    fail(message)
  }
}
