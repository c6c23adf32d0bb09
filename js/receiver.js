// @ts-check
import { Unseen } from './deliveries.js'
import { fromBody } from './errors.js'
import { warn } from './events.js'
import { MetaMaker } from './meta.js'

/**
 * @typedef {object} Life What a delivery may change beside calling listeners.
 * @property {(error: import('./errors.js').SmartAgentError) => void} report
 * @property {() => import('./connection.js').State} state
 * @property {(state: import('./connection.js').State) => void} enter
 * @property {(outcome: import('./link.js').Outcome) => void} settle settles the pending `init()`
 * @property {(closed: { code: number, reason: string }) => void} finish
 * @property {(level: 'debug' | 'info') => boolean} logs
 * @property {(level: 'debug' | 'info', text: string) => void} log
 */

/** Turns what the native side delivers into events. */
export class Receiver {
  meta = new MetaMaker()
  /** @type {Set<() => void>} what waits for the next `ready` */
  onReady = new Set()
  /** @type {any} what `init()` resolves with */
  #result = null
  #listeners
  #instance
  #life

  /** @param {import('./events.js').Listeners} listeners @param {string | undefined} instance @param {Life} life */
  constructor(listeners, instance, life) {
    this.#listeners = listeners
    this.#instance = instance
    this.#life = life
  }

  /** @param {any} delivery */
  deliver(delivery) {
    const { kind } = delivery
    const life = this.#life
    if (kind === 'event') {
      if (life.state() !== 'closed') this.#event(delivery)
    } else if (kind === 'closed') life.finish(delivery)
    else if (kind === 'init') life.settle(delivery)
    else if (kind === 'error') life.report(fromBody(delivery.error))
    else if (kind === 'warning') warn(delivery.message, 'SMARTAGENT_DROPPED')
    else if (kind === 'responding') life.log('info', delivery.responding ? 'the desktop answers again' : 'the desktop does not answer')
    // Nothing else is told once close() was called.
    else if (life.state() === 'closed') return
    else if (kind === 'ready') this.#ready(delivery.ready)
    else if (kind === 'interrupted' || kind === 'resync' || kind === 'drain') this.#local(delivery)
  }

  /** @param {any} delivery */
  #event(delivery) {
    if (this.#life.logs('debug')) this.#life.log('debug', `event ${delivery.event} seq ${delivery.seq}`)
    const { event, payload } = delivery
    const { overlooked, withoutMeta } = this.#listeners.sight
    const meta = withoutMeta.has(event) ? undefined : this.meta.of(delivery)
    const late = payload instanceof Unseen
    this.#listeners.emit(event, late && !overlooked.has(event) ? payload.read() : late ? undefined : payload, meta)
  }

  /** @param {any} delivery */
  #local({ kind, ...payload }) {
    if (kind === 'interrupted') this.#life.enter('interrupted')
    else this.#life.log('info', kind)
    this.#listeners.emit(kind, kind === 'drain' ? undefined : payload)
  }

  /** @param {any} ready */
  #ready({ session, resumed, ...facts }) {
    // A resumed session says nothing of the state again.
    const result = (this.#result = { ...this.#result, ...facts })
    result.plugin = { id: facts.plugin.id, type: facts.plugin.type ?? null, instance: this.#instance }
    this.meta.enter(session, result.host.source)
    this.#life.enter('ready')
    this.#life.settle({ result })
    this.#listeners.emit('ready', result)
    const waiting = [...this.onReady]
    this.onReady.clear()
    for (const proceed of waiting) proceed()
  }
}
