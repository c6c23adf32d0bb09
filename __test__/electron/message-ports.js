// MessageChannelMain as Electron's main process has it: event emitters whose ports queue until they are started.
import { EventEmitter } from 'node:events'

export class MessageChannelMain {
  constructor() {
    this.port1 = new MessagePortMain()
    this.port2 = new MessagePortMain()
    this.port1.entangle(this.port2)
    this.port2.entangle(this.port1)
  }
}

export class MessagePortMain extends EventEmitter {
  /** @type {MessagePortMain | null} */
  #peer = null
  /** @type {any[]} */
  #queue = []
  #started = false
  #gone = false

  /** @param {MessagePortMain} peer */
  entangle(peer) {
    this.#peer = peer
  }

  /** @param {any} data @param {MessagePortMain[]} [transfer] */
  postMessage(data, transfer = []) {
    const peer = this.#peer
    const copy = structuredClone(data)
    if (peer !== null) setImmediate(() => peer.receive({ data: copy, ports: transfer }))
  }

  start() {
    if (this.#started) return
    this.#started = true
    for (const event of this.#queue.splice(0)) this.emit('message', event)
  }

  close() {
    const peer = this.#peer
    if (peer === null) return
    this.#peer = null
    setImmediate(() => peer.lost())
    setImmediate(() => this.lost())
  }

  /** @param {{data: any, ports: MessagePortMain[]}} event */
  receive(event) {
    if (this.#gone) return
    if (this.#started) this.emit('message', event)
    else this.#queue.push(event)
  }

  lost() {
    if (this.#gone) return
    this.#gone = true
    this.#peer = null
    this.emit('close')
  }
}
