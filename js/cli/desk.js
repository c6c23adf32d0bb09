// The desktop of one `smartagent dev` run: a host on one port, its agent, and everything that happens on it in the timeline.
import { createRequire } from 'node:module'
import { createServer } from 'node:net'

import { SmartAgentHost } from 'smartagent-plugin-sdk/host'

import { Agent } from './agent.js'
import { UsageError } from './flags.js'

/** @typedef {import('./timeline.js').Timeline} Timeline */

const COMPANY = 'acme'
/** @type {string} */
const VERSION = createRequire(import.meta.url)('../../package.json').version
/** How many ports above a taken one are tried for the hint. */
const PORTS_TRIED = 50
/** Answers that say the plugin made a mistake, as against a call that just was not there any more. */
const PLUGIN_FAULTS = new Set(['E_BAD_REQUEST', 'E_UNKNOWN_METHOD', 'E_FORBIDDEN'])

export class Desk {
  #timeline
  #isReplay
  #customer = {}
  /** Messages accepted since the last action, by name. @type {Set<string>} */
  #accepted = new Set()
  /** @type {Set<() => void>} */
  #watchers = new Set()
  events = 0
  messages = 0
  connected = false
  /** When something was last seen, for `settled`. */
  lastAt = performance.now()
  /** What the plugin did wrong, in the order it happened. @type {string[]} */
  faults = []

  /** @param {Timeline} timeline @param {{isReplay?: boolean}} [options] in a replay the agent is the recorded one */
  constructor(timeline, { isReplay = false } = {}) {
    this.#timeline = timeline
    this.#isReplay = isReplay
    this.host = new SmartAgentHost({
      companyId: COMPANY, quickConnects: QUICK_CONNECTS, trace: true,
      ...(isReplay ? { host: { name: 'smartagent-replay', version: VERSION, source: /** @type {const} */ ('recording') } } : {}),
    })
    this.agent = new Agent(this.host)
    this.host.handle('update_contact', (/** @type {any} */ changes, /** @type {any} */ { contactId }) =>
      // What was recorded is not changed by what a plugin writes now.
      isReplay ? { contactId, initialContactId: null, attributes: changes } : this.agent.updateContact(contactId, changes))
    this.host.handle('update_customer', (/** @type {object} */ fields) => {
      this.#customer = { ...this.#customer, ...fields }
      return { customer: this.#customer }
    })
    this.#watch()
  }

  /**
   * Listens; the agent is signed in from then on.
   * @param {number} port
   * @returns {Promise<{url: string, token: string}>}
   * @throws {UsageError} when the port is taken, naming the next free one
   */
  async open(port) {
    if (port !== 0 && !(await isFree(port))) {
      throw new UsageError(`port ${port} is in use: try --port ${await nextFreePort(port)}, or --port 0 for any free one`)
    }
    const { url } = await this.host.listen({ port })
    if (!this.#isReplay) this.agent.apply()
    return { url, token: /** @type {string} */ (this.host.token) }
  }

  /**
   * One thing the agent does.
   * @param {{action: string, payload?: Record<string, unknown>, run: (agent: Agent) => void}} step
   */
  act({ action, payload, run }) {
    this.#accepted.clear()
    this.#timeline.write('action', action, { payload })
    run(this.agent)
  }

  /** Whether a message of that name was accepted since the last action. @param {string} name */
  hasAccepted(name) {
    return this.#accepted.has(name)
  }

  /**
   * Resolves with true as soon as `condition` holds, or with false after `withinMs` or when `signal` fires.
   * @param {() => boolean} condition looked at whenever something happens on the desk
   * @param {{withinMs?: number, signal: AbortSignal}} options without `withinMs` it waits for as long as it takes
   * @returns {Promise<boolean>}
   */
  until(condition, { withinMs, signal }) {
    return new Promise((resolve) => {
      const end = (/** @type {boolean} */ result) => {
        this.#watchers.delete(look)
        clearTimeout(timer)
        signal.removeEventListener('abort', stop)
        resolve(result)
      }
      const look = () => { if (condition()) end(true) }
      const stop = () => end(false)
      const timer = withinMs === undefined ? undefined : setTimeout(stop, withinMs)
      this.#watchers.add(look)
      signal.addEventListener('abort', stop)
      if (signal.aborted) stop()
      else look()
    })
  }

  #watch() {
    const { host } = this
    const see = (/** @type {keyof import('smartagent-plugin-sdk/host').HostEventMap} */ event, /** @type {(notice: any) => void} */ take) => host.on(event, (/** @type {any} */ notice) => {
      this.lastAt = performance.now()
      take(notice)
      for (const look of [...this.#watchers]) look()
    })
    see('session', ({ change, reason, session }) => {
      if (change === 'opened' || change === 'resumed') this.connected = true
      this.#timeline.write('state', `session_${change}`, { plugin: session.plugin, payload: { reason } })
    })
    see('delivery', ({ event, plugin, payload }) => {
      this.events += 1
      this.#timeline.write('event', event, { plugin, payload })
    })
    see('request', ({ method, plugin, payload }) => {
      this.messages += 1
      this.#timeline.write('message', method, { plugin, payload })
    })
    see('answer', (notice) => this.#answered(notice))
    see('visibility', ({ plugin, visible }) => this.#timeline.write('state', visible ? 'shown' : 'hidden', { plugin }))
    see('popup', ({ plugin, type, message }) => this.#timeline.write('state', 'popup', { plugin, payload: { type, message } }))
    see('audit', ({ kind, message, plugin }) => {
      if (kind === 'protocol') this.faults.push(message)
      this.#timeline.write('state', kind, { plugin, error: { message } })
    })
    see('error', (error) => this.#timeline.write('log', 'host', { error: { code: error.code, message: error.message } }))
  }

  /** @param {any} notice */
  #answered({ method, plugin, result, error, tookMs }) {
    if (error === undefined || error === null) {
      this.#accepted.add(method)
      this.#timeline.write('answer', method, { plugin, payload: result, tookMs })
      return
    }
    if (PLUGIN_FAULTS.has(error.code)) this.faults.push(`${method}: ${error.code}: ${error.message}`)
    this.#timeline.write('answer', method, { plugin, error, tookMs })
  }
}

/** @type {import('smartagent-plugin-sdk').Endpoint[]} */
const QUICK_CONNECTS = ['Escalations', 'Returns'].map((name, index) => ({
  endpointARN: `arn:aws:connect:eu-west-2:123456789012:instance/dev/transfer-destination/${index}`,
  endpointId: `arn:aws:connect:eu-west-2:123456789012:instance/dev/transfer-destination/${index}`,
  type: /** @type {const} */ ('phone_number'), name, phoneNumber: `+44207183870${index}`, agentLogin: null, queue: null,
}))

/** @param {number} port */
async function nextFreePort(port) {
  for (let next = port + 1; next <= Math.min(port + PORTS_TRIED, 65_535); next += 1) {
    if (await isFree(next)) return next
  }
  return 0
}

/** @param {number} port @returns {Promise<boolean>} */
function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
