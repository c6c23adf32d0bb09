// The other end of a port, frame by frame.
import { until } from '../desk.js'

export const hello = {
  type: 'hello', versions: [1], plugin: { id: 'acme.raw', instance: 'one' }, sdk: { name: 'raw', version: '0' },
}

export const welcome = {
  type: 'welcome', version: 1, session: 's_1', resumeToken: 'r_1', resumed: false, reason: 'new', received: 0, plugin: { id: 'acme.raw' }, granted: [], denied: [],
  limits: { maxFrameBytes: 131_072, window: 256, windowBytes: 1_048_576, ratePerSecond: 0, burst: 1 }, heartbeat: { intervalMs: 15_000, timeoutMs: 10_000 },
  resumeWindowMs: 120_000, time: 1, host: { name: 'raw', version: '0', source: 'host' },
  snapshot: { user: null, companyId: 'acme', contacts: [], focusedContactId: null, visible: true },
}

export class Raw {
  /** @type {any[]} */
  frames = []
  closed = false
  #port

  /** @param {MessagePort} port */
  constructor(port) {
    this.#port = port
    port.addEventListener('message', ({ data }) => void this.frames.push(JSON.parse(data)))
    port.addEventListener('close', () => { this.closed = true })
    port.start()
  }

  /** @param {any} frame posted as text, or as it is where it is wrapped in `{raw}` */
  send(frame) {
    this.#port.postMessage(Object.hasOwn(frame, 'raw') ? frame.raw : JSON.stringify(frame))
  }

  close() {
    this.#port.close()
  }

  /** The first frame of that type, now or soon. @param {string} type @returns {Promise<any>} */
  async take(type) {
    await until(() => this.frames.some((frame) => frame.type === type))
    const at = this.frames.findIndex((frame) => frame.type === type)
    return this.frames.splice(at, 1)[0]
  }
}
