// The desktop of one `smartagent dev` run: a host on one port, the scenario's agent on it, and everything in the timeline.
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'

import { SmartAgentHost } from 'smartagent-plugin-sdk/host'

import { FaultProxy } from './fault-proxy.js'
import { requireFreePort } from './port.js'
import { Watchers } from './watchers.js'

/**
 * @typedef {import('./timeline.js').Timeline} Timeline
 * @typedef {import('../simulator/scenario.js').ScenarioPlayer} ScenarioPlayer
 */

/** @type {string} */
export const VERSION = createRequire(import.meta.url)('../../package.json').version
const [SIMULATOR, RECORDING] = /** @type {const} */ (['simulator', 'recording'])
/** Answers that say the plugin made a mistake, as against a call that just was not there any more. */
const PLUGIN_FAULTS = new Set(['E_BAD_REQUEST', 'E_UNKNOWN_METHOD', 'E_FORBIDDEN'])

export class Desk {
  #timeline
  #hostOptions
  #observe
  #wrap
  /** @type {ScenarioPlayer | null} */
  #player = null
  /** @type {FaultProxy | null} */
  #proxy = null
  #outages = 0
  #closed = false
  /** Messages whose next answer the scenario makes an error. @type {string[]} */
  #refusals = []
  /** Names of the messages that were answered without the plugin being at fault. @type {Set<string>} */
  #answered = new Set()
  /** Names of the events that plugins got. @type {Set<string>} */
  #delivered = new Set()
  #watchers = new Watchers()
  events = 0
  messages = 0
  connected = false
  /** When something was last seen, for `settled`. */
  lastAt = performance.now()
  /** What the plugin did wrong, in the order it happened. @type {string[]} */
  faults = []

  /**
   * @param {Timeline} timeline
   * @param {object} options
   * @param {any[]} options.quickConnects
   * @param {boolean} [options.isReplay] the agent is the recorded one
   * @param {Record<string, unknown>} [options.host] further options of the host
   * @param {(event: string, notice: any) => void} [options.observe] told of every event of the host, and of each `host` that is made
   * @param {(host: SmartAgentHost) => import('../simulator/scenario.js').ScenarioHost} [options.wrap] what a player sees of the host
   */
  constructor(timeline, { quickConnects, isReplay = false, host = {}, observe = () => {}, wrap = (shown) => shown }) {
    this.#timeline = timeline
    this.#observe = observe
    this.#wrap = wrap
    this.#hostOptions = {
      ...host, companyId: 'acme', quickConnects, trace: true,
      host: { name: isReplay ? 'smartagent-replay' : 'smartagent-dev', version: VERSION, source: isReplay ? RECORDING : SIMULATOR },
    }
    this.host = this.#newHost()
    this.token = this.host.token
  }

  /**
   * Listens. Where links are to break, plugins reach the host through a proxy.
   * @param {number} port
   * @param {{ breaksLinks: boolean }} scenario
   * @returns {Promise<string>} the address for plugins
   * @throws {import('./flags.js').UsageError} when the port is taken, naming the next free one
   */
  async open(port, { breaksLinks }) {
    await requireFreePort(port)
    if (!breaksLinks) return (await this.host.listen({ port })).url
    const behind = await this.host.listen({ port: 0 })
    this.#proxy = new FaultProxy(behind.port)
    const url = new URL(behind.url)
    url.port = String(await this.#proxy.listen(port))
    return url.href
  }

  /** Takes links from a proxy that others feed. @param {FaultProxy} proxy */
  async openBehind(proxy) {
    this.#proxy = proxy
    proxy.target = (await this.host.listen({ port: 0 })).port
  }

  async close() {
    this.#closed = true
    // Plugins are told before their links end.
    await this.host.close()
    this.#proxy?.close()
  }

  /** Whose calls the plugins see from now on. @param {ScenarioPlayer} player */
  show(player) {
    this.#player?.detach()
    this.#player = player
    player.attach(this.#wrap(this.host))
    this.#answered.clear()
    this.#delivered.clear()
    this.#refusals = []
    this.faults = []
  }

  /**
   * Links break, or break and find a host that remembers nothing.
   * @param {number} forMs @param {{ restart: boolean, signal?: AbortSignal }} how the signal ends it early
   */
  async breakLinks(forMs, { restart, signal }) {
    const proxy = /** @type {FaultProxy} */ (this.#proxy)
    this.#outages += 1
    this.connected = false
    proxy.cut()
    const old = this.host
    if (restart) this.#player?.detach()
    await Promise.all([sleep(forMs, undefined, { signal }).catch(() => {}), restart ? old.close() : undefined])
    if (restart && !this.#closed) {
      this.host = this.#newHost(this.token)
      proxy.target = (await this.host.listen({ port: 0 })).port
      this.#player?.attach(this.#wrap(this.host))
    }
    this.#outages -= 1
    if (this.#outages === 0 && !this.#closed) proxy.restore()
  }

  /** @param {number} byMs @param {number} forMs */
  delayLinks(byMs, forMs) {
    this.#proxy?.delay(byMs, forMs)
  }

  /** The next answer of that name is an error that is not the plugin's fault. @param {string} method */
  expectRefusal(method) { this.#refusals.push(method) }

  /** Whether a message of that name was answered. @param {string} name */
  hasAnswered(name) { return this.#answered.has(name) }

  /** Whether a plugin got an event of that name. @param {string} name */
  hasDelivered(name) { return this.#delivered.has(name) }

  /** @param {() => boolean} condition @param {{withinMs?: number, signal: AbortSignal}} options @returns {Promise<boolean>} */
  until(condition, options) { return this.#watchers.until(condition, options) }

  /** Something changed that a condition of `until()` may look at. */
  look() { this.#watchers.look() }

  /** @param {string} [token] the one of the host before */
  #newHost(token) {
    const host = new SmartAgentHost({ ...this.#hostOptions, ...(token === undefined ? {} : { token }) })
    this.#observe('host', host)
    this.#watch(host)
    return host
  }

  /** @param {SmartAgentHost} host */
  #watch(host) {
    const see = (/** @type {keyof import('smartagent-plugin-sdk/host').HostEventMap} */ event, /** @type {(notice: any) => void} */ take) => host.on(event, (/** @type {any} */ notice) => {
      this.lastAt = performance.now()
      take(notice)
      this.#observe(event, notice)
      this.#watchers.look()
    })
    see('session', ({ change, reason, session }) => {
      if (change === 'opened' || change === 'resumed') this.connected = true
      this.#timeline.write('state', `session_${change}`, { plugin: session.plugin, payload: { reason } })
    })
    see('delivery', ({ event, plugin, payload }) => {
      this.events += 1
      this.#delivered.add(event)
      this.#timeline.write('event', event, { plugin, payload })
    })
    see('request', ({ method, plugin, payload }) => {
      this.messages += 1
      this.#timeline.write('message', method, { plugin, payload })
    })
    see('answer', (notice) => this.#answer(notice))
    see('visibility', ({ plugin, visible }) => this.#timeline.write('state', visible ? 'shown' : 'hidden', { plugin }))
    for (const event of /** @type {const} */ (['title', 'notification'])) see(event, () => {})
    see('popup', ({ plugin, type, message }) => this.#timeline.write('state', 'popup', { plugin, payload: { type, message } }))
    see('audit', ({ kind, message, plugin }) => {
      if (kind === 'protocol') this.faults.push(message)
      this.#timeline.write('state', kind, { plugin, error: { message } })
    })
    see('error', (error) => this.#timeline.write('log', 'host', { error: { code: error.code, message: error.message } }))
  }

  /** @param {any} notice */
  #answer({ method, plugin, result, error, tookMs }) {
    const failed = error !== undefined && error !== null
    const refusal = failed ? this.#refusals.indexOf(method) : -1
    if (refusal !== -1) this.#refusals.splice(refusal, 1)
    else if (failed && PLUGIN_FAULTS.has(error.code)) this.faults.push(`${method}: ${error.code}: ${error.message}`)
    else this.#answered.add(method)
    this.#timeline.write('answer', method, failed ? { plugin, error, tookMs } : { plugin, payload: result, tookMs })
  }
}
