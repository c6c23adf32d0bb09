// A native client without a carrier: frames go in as text, deliveries come out through the code that every client uses.
import { nextDeliveries } from '../../js/deliveries.js'
import { openPort } from '../../js/native.js'

const WELCOME = {
  type: 'welcome', version: 1, session: 's_1', resumeToken: 'r_1', resumed: false, received: 0, reason: 'new',
  plugin: { id: 'anonymous' }, granted: ['call:observe', 'agent:read'], denied: [],
  limits: { maxFrameBytes: 131_072, window: 256, windowBytes: 1_048_576, ratePerSecond: 0, burst: 0 },
  heartbeat: { intervalMs: 15_000, timeoutMs: 10_000 }, resumeWindowMs: 120_000, time: 0,
  host: { name: 'text', version: '0', source: 'host' },
  snapshot: { user: null, companyId: null, contacts: [], focusedContactId: null, visible: true },
}

export class NativeLink {
  #seq = 0
  #next = 1

  /** @param {Iterable<string>} events what is listened to */
  constructor(events) {
    this.native = openPort({ plugin: { instance: 'fastpath' }, connectTimeoutMs: 10_000, reconnect: false })
    for (const event of events) this.native.listen(event, true)
    this.native.init()
    this.native.poll()
    this.native.opened(this.#next, null)
    this.orders()
    this.message(JSON.stringify(WELCOME))
    this.deliveries()
  }

  /** @param {string} text */
  message(text) {
    this.native.message(this.#next, text)
  }

  /** Hands in an event. @param {string} event @param {string} payload JSON text @param {string} [timestamp] */
  event(event, payload, timestamp = '1790000000000') {
    this.message(`{"type":"event","seq":${++this.#seq},"event":"${event}","timestamp":${timestamp},"payload":${payload}}`)
  }

  /** Makes a request and answers it. @param {string} method @param {string} result JSON text @param {string} [payload] */
  answer(method, result, payload = '{}') {
    const refused = this.native.request(this.#seq + 1, method, payload, '{"timeoutMs":10000}')
    if (refused !== null) throw new Error(refused)
    const { id, seq } = this.orders().map((text) => JSON.parse(text)).find(({ type }) => type === 'request')
    this.message(`{"type":"response","seq":${++this.#seq},"ack":${seq},"id":"${id}","result":${result}}`)
  }

  /** The frames to the host. @returns {string[]} */
  orders() {
    return this.native.poll().orders.filter(({ kind }) => kind === 'transmit').map(({ text }) => text)
  }

  /** Everything that waits, batch by batch. @returns {any[]} */
  deliveries() {
    const all = []
    for (let batch = nextDeliveries(this.native); batch.length > 0; batch = nextDeliveries(this.native)) all.push(...batch)
    this.native.poll()
    return all
  }
}
