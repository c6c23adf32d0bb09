// The one port of a desk with a page: what asks for the link goes to the host, through the faults; the rest to the page's server.
import { connect, createServer } from 'node:net'

import { FrameTap } from './frame-tap.js'

/** A request line and what comes with it in the first packets. */
const MAX_HEAD = 8_192
const HEAD_WITHIN_MS = 5_000
/** The same split of path and query as the host's own. */
const LINK = /^GET \/link(?:[?#][^ ]*)? HTTP\/1\.1\r?\n/

/**
 * @typedef {import('node:net').Socket} Socket
 * @typedef {import('./frame-tap.js').TapEvents} TapEvents
 */

export class Front {
  #server = createServer((socket) => this.#accept(socket))
  /** @type {Set<Socket>} */
  #sockets = new Set()
  #proxy
  #events
  #lastLink = 0
  /** Port of the page's server on 127.0.0.1. */
  pagePort = 0

  /** @param {import('../fault-proxy.js').FaultProxy} proxy where links go @param {TapEvents} events told of every frame on a link */
  constructor(proxy, events) {
    this.#proxy = proxy
    this.#events = events
  }

  /** @param {number} port 0 for any free one @returns {Promise<number>} the port */
  listen(port) {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ port, host: '127.0.0.1' }, () => resolve(/** @type {import('node:net').AddressInfo} */ (this.#server.address()).port))
    })
  }

  /** Ends the port and what came through it; links are the proxy's to end. */
  close() {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Reads up to the end of the request line. @param {Socket} socket */
  #accept(socket) {
    let head = Buffer.alloc(0)
    const timer = setTimeout(() => socket.destroy(), HEAD_WITHIN_MS)
    const take = (/** @type {Buffer} */ bytes) => {
      head = Buffer.concat([head, bytes])
      if (!head.includes(10) && head.length < MAX_HEAD) return
      clearTimeout(timer)
      socket.pause()
      socket.off('data', take)
      this.#route(socket, head)
    }
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => {})
    socket.once('close', () => {
      clearTimeout(timer)
      this.#sockets.delete(socket)
    })
    socket.on('data', take)
  }

  /** @param {Socket} socket @param {Buffer} head */
  #route(socket, head) {
    if (LINK.test(head.toString('latin1'))) {
      this.#sockets.delete(socket)
      this.#proxy.accept(socket, { head, tap: new FrameTap(this.#lastLink += 1, this.#events) })
      socket.resume()
      return
    }
    const server = connect({ port: this.pagePort, host: '127.0.0.1' })
    server.on('error', () => socket.destroy())
    server.once('close', () => socket.destroySoon())
    socket.once('close', () => server.destroySoon())
    server.write(head)
    socket.pipe(server).pipe(socket)
  }
}
