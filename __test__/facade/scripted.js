// @ts-nocheck: hands in what does not compile, on purpose.
import { OPEN } from '../../js/transports.js'

/** A native client that does what a test tells it, for what the facade alone decides. */
export class Scripted {
  calls = []
  #queue = []
  #wake
  ready = {
    session: 's_1', user: null, companyId: 'acme', plugin: { id: 'anonymous', instance: 'i' }, contacts: [], granted: [], denied: [],
    host: { name: 'scripted', version: '0', source: 'host' }, protocol: 1,
  }
  autoInit = true
  autoClose = true

  /** The option to construct a SmartAgent with. */
  transport = {
    kind: 'scripted',
    [OPEN]: (options, wake) => {
      this.options = options
      this.#wake = wake
      return this
    },
  }

  init() {
    this.calls.push(['init'])
    if (this.autoInit) this.push({ kind: 'ready', ready: this.ready })
  }
  request(id, method, payload, options) {
    this.calls.push(['request', id, method, JSON.parse(payload), JSON.parse(options)])
    return this.refuse ?? null
  }
  cancel(id) {
    this.calls.push(['cancel', id])
    this.push({ kind: 'settled', id, error: { code: 'E_CANCELLED', message: 'cancelled', retryable: false, executed: 'no' } })
  }
  listen(event, heard) {
    this.calls.push(['listen', event, heard])
  }
  drain() {
    const text = this.#queue.length === 0 ? '' : JSON.stringify(this.#queue)
    this.#queue = []
    return text
  }
  taken() {}
  token(ticket, token, error) {
    this.calls.push(['token', ticket, token, error])
  }
  close() {
    this.calls.push(['close'])
    if (this.autoClose) this.push({ kind: 'closed', code: 1000, reason: 'closed' })
  }

  release() {
    this.calls.push(['release'])
  }

  /** Queues deliveries and rings. */
  push(...deliveries) {
    this.#queue.push(...deliveries)
    setImmediate(() => this.#wake())
  }
  event(event, seq, payload = {}, timestamp = 1_000 + seq) {
    this.push({ kind: 'event', event, seq, timestamp, payload })
  }
  requests(method) {
    return this.calls.filter(([kind, , name]) => kind === 'request' && name === method)
  }
}

export const turn = () => new Promise((resolve) => setTimeout(resolve, 5))
