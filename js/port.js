// @ts-check
import { badRequest } from './errors.js'

/** Everything that a port may call its end: a DOM or Node port closes, a worker or another process exits. */
const ENDS = ['close', 'exit']

/**
 * One shape for every kind of port: a DOM `MessagePort`, one of `worker_threads`, Electron's `MessagePortMain`, a worker
 * itself. It never keeps a process alive: whoever waits for something does.
 */
export class Port {
  #port
  #closed = false
  /** @type {[name: string, heard: (event: any) => void][]} */
  #heard = []

  /** @param {any} port */
  constructor(port) {
    assertPort(port)
    this.#port = port
  }

  /** @param {(data: unknown) => void} listener gets what was posted, a frame or not */
  onMessage(listener) {
    this.#listen('message', (event) => listener(dataOf(event)))
  }

  /** The other end, or somebody else, closed it. @param {() => void} listener */
  onClose(listener) {
    for (const name of ENDS) this.#listen(name, listener)
  }

  /** What was posted could not be read at this end. @param {() => void} listener */
  onMessageError(listener) {
    this.#listen('messageerror', listener)
  }

  /** Lets messages in, those that waited first. */
  start() {
    this.#port.start?.()
    // A listener makes Node's ports hold the process; a whole worker is for its owner to let go.
    if (typeof this.#port.terminate !== 'function') this.#port.unref?.()
  }

  /** @param {string} text */
  post(text) {
    if (!this.#closed) this.#port.postMessage(text)
  }

  /** What was posted before still arrives. Nothing is heard after this. */
  close() {
    if (this.#closed) return
    this.#closed = true
    this.#port.close?.()
    // A worker outlives its use as a port.
    for (const [name, heard] of this.#heard) {
      if (typeof this.#port.removeEventListener === 'function') this.#port.removeEventListener(name, heard)
      else this.#port.off?.(name, heard)
    }
  }

  /** @param {string} name @param {(event: any) => void} listener */
  #listen(name, listener) {
    const heard = (/** @type {any} */ event) => void (this.#closed || listener(event))
    this.#heard.push([name, heard])
    if (typeof this.#port.addEventListener === 'function') this.#port.addEventListener(name, heard)
    else if (typeof this.#port.on === 'function') this.#port.on(name, heard)
    else this.#port[`on${name}`] = heard
  }
}

/** @param {any} port */
export function assertPort(port) {
  const listens = typeof port?.addEventListener === 'function' || typeof port?.on === 'function' || (typeof port === 'object' && port !== null && 'onmessage' in port)
  if (listens && typeof port.postMessage === 'function') return
  throw badRequest('port must be a MessagePort: something with postMessage() and a message event', 'port')
}

/** Electron's emitters and the DOM wrap what was posted in an event, Node's do not. @param {any} event */
function dataOf(event) {
  const wrapped = typeof event === 'object' && event !== null && 'data' in event && (Array.isArray(event.ports) || event.type === 'message')
  return wrapped ? event.data : event
}
