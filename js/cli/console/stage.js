// Who is on the desk's phone: contacts in the page's own hands, or those of a scenario that the page plays.
import { SmartAgentError } from '../../errors.js'
import { ScenarioPlayer } from '../../simulator/scenario.js'
import { StageClock } from './stage-clock.js'

/** No steps: whatever happens, somebody clicked. */
const BY_HAND = { file: 'by hand', text: 'scenario: 1\nname: by-hand\nringMs: 60000\nsteps: []\n' }

/**
 * @typedef {import('./protocol.js').ScenarioView} ScenarioView
 * @typedef {NonNullable<ScenarioView['loaded']>} Loaded
 * @typedef {{ file: string, text: string }} Source
 * @typedef {object} StageOptions
 * @property {{ show(player: ScenarioPlayer): void }} desk
 * @property {import('../timeline.js').Timeline} timeline
 * @property {number} speed
 * @property {(name: string, parameters: any, speed: number) => void} fault plays a fault of the scenario
 * @property {() => void} changed
 */

export class Stage {
  #options
  /** @type {ScenarioPlayer} */
  #player
  /** @type {StageClock} */
  #clock
  #rounds = 0
  /** @type {{ source: Source, view: Loaded, end: AbortController } | null} */
  #loaded = null
  speed

  /** @param {StageOptions} options */
  constructor(options) {
    this.#options = options
    this.speed = options.speed
    this.#player = this.#newPlayer(BY_HAND)
    this.#clock = new StageClock(this.#player, options.changed)
    this.#show()
  }

  /** What is loaded, with how far it came. @returns {Loaded | null} */
  get loaded() {
    if (this.#loaded === null) return null
    const { done, doing } = this.#player.progress()
    return { ...this.#loaded.view, done, doing: this.#loaded.view.state === 'ready' ? 'nothing' : doing }
  }

  get clock() { return this.#clock.reading }

  /** The agent's state and what is possible. @returns {any} */
  view() {
    return this.#player.view()
  }

  /** @param {Source} source @throws {SmartAgentError} `E_BAD_REQUEST` with file, line and column */
  load(source) {
    const player = this.#newPlayer(source)
    this.#leave()
    this.#player = player
    const { name, description, steps } = player.facts
    this.#loaded = {
      source, end: new AbortController(),
      view: { name, description, state: 'ready', steps, done: 0, doing: 'nothing', failure: null, expectations: [] },
    }
    player.setSpeed(this.speed)
    this.#clock.hand(player)
    this.#show()
  }

  play() {
    const { view, source } = this.#needLoaded()
    if (view.state === 'passed' || view.state === 'failed') this.load(source)
    this.#begin()
    this.#player.resume()
    this.#set('playing')
  }

  pause() {
    if (this.#needLoaded().view.state !== 'playing') return
    this.#player.pause()
    this.#set('paused')
  }

  step() {
    const { view, source } = this.#needLoaded()
    if (view.state === 'passed' || view.state === 'failed') this.load(source)
    this.#begin()
    this.#set('paused')
    this.#player.step()
    this.#options.changed()
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.speed = speed
    if (this.#loaded !== null) this.#player.setSpeed(speed)
  }

  /** The contacts stay, in the agent's hands. */
  stop() {
    this.#needLoaded()
    this.#leave()
    this.#clock.follow()
  }

  /** Links have to be back before the scenario goes on. @param {boolean} waiting */
  holdFor(waiting) {
    if (this.#loaded?.view.state !== 'playing') return
    if (waiting) this.#player.pause()
    else this.#player.resume()
  }

  /** @param {string} name @param {Record<string, unknown>} [parameters] */
  act(name, parameters) {
    this.#clock.catchUp()
    const done = this.#player.act(name, parameters)
    this.#options.timeline.write('action', name, { payload: parameters })
    this.#clock.schedule()
    return done
  }

  close() {
    this.#leave()
    this.#clock.stop()
  }

  /** @param {Source} source @returns {ScenarioPlayer} */
  #newPlayer(source) {
    const { timeline, fault } = this.#options
    return new ScenarioPlayer({
      // The clock of the one before goes on: a contact never began before the last one ended.
      ...source, round: this.#rounds++, start: Math.max(Date.now(), this.#clock?.reading.now ?? 0),
      on: {
        action: (name, payload) => this.#seen(() => timeline.write('action', name, { payload })),
        fault: (name, payload) => this.#seen(() => {
          timeline.write('action', name, { payload })
          if (name !== 'refuse') fault(name, payload, this.speed)
        }),
        met: (name, payload) => this.#judge(`${payload.message} is ${name === 'expect' ? '' : 'not '}sent`, null),
        failed: (message) => this.#judge('the scenario plays to its end', message),
      },
    })
  }

  #show() {
    this.#options.desk.show(this.#player)
    this.#options.changed()
  }

  /** Has the steps begin, if they have not. */
  #begin() {
    const { view, end } = this.#needLoaded()
    if (view.state !== 'ready') return
    this.#clock.stop()
    this.#player.pause()
    void this.#player.play({ signal: end.signal }).then((whole) => {
      if (end.signal.aborted) return
      this.#set(whole && view.expectations.every(({ ok }) => ok) ? 'passed' : 'failed')
      this.#player.resume()
      this.#clock.follow()
      const { events, messages } = /** @type {any} */ (this.#options.desk)
      this.#options.timeline.write('summary', view.name, {
        ok: view.state === 'passed', payload: { events, messages }, ...(view.failure === null ? {} : { error: { message: view.failure } }),
      })
    })
  }

  #leave() {
    if (this.#loaded === null) return
    this.#loaded.end.abort()
    this.#player.abandon()
    this.#loaded = null
  }

  /** @param {Loaded['state']} state */
  #set(state) {
    if (this.#loaded !== null) this.#loaded.view.state = state
    this.#options.changed()
  }

  /** @param {() => void} write */
  #seen(write) {
    write()
    this.#options.changed()
  }

  /** @param {string} name @param {string | null} reason */
  #judge(name, reason) {
    this.#options.timeline.write('expectation', name, reason === null ? {} : { error: { message: reason } })
    const view = this.#loaded?.view
    view?.expectations.push({ name, ok: reason === null, reason })
    if (view && reason !== null) view.failure = reason
    this.#options.changed()
  }

  #needLoaded() {
    if (this.#loaded === null) throw new SmartAgentError('E_CONFLICT', 'no scenario is loaded: load one first')
    return this.#loaded
  }
}
