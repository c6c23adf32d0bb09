// A port in front of a host whose links can be cut and slowed, as a bad network would do it.
import { connect, createServer } from 'node:net'

/** Bytes held back in one direction before the sender has to wait. */
const MAX_HELD = 1_048_576

/**
 * @typedef {import('node:net').Socket} Socket
 * @typedef {{ bytes: (way: 'in' | 'out', bytes: Buffer) => void, closed: () => void }} Tap sees what a link carries, before it is delayed
 */

export class FaultProxy {
  #server = createServer((socket) => this.accept(socket))
  /** @type {Set<Socket>} */
  #sockets = new Set()
  /** Port of the host on 127.0.0.1. */
  target
  #refusing = false
  #delayMs = 0
  /** @type {NodeJS.Timeout | undefined} */
  #delayEnd

  /** @param {number} target */
  constructor(target) {
    this.target = target
  }

  /** How many links there are. */
  get links() {
    return this.#sockets.size / 2
  }

  /**
   * @param {number} port 0 for any free one
   * @returns {Promise<number>} the port
   */
  listen(port) {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ port, host: '127.0.0.1' }, () => resolve(/** @type {import('node:net').AddressInfo} */ (this.#server.address()).port))
    })
  }

  /** Breaks every link, and every new one until `restore`. */
  cut() {
    this.#refusing = true
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Lets links through again. */
  restore() {
    this.#refusing = false
  }

  /** Holds every byte back. @param {number} byMs @param {number} forMs */
  delay(byMs, forMs) {
    clearTimeout(this.#delayEnd)
    this.#delayMs = byMs
    if (byMs === 0) return
    this.#delayEnd = setTimeout(() => { this.#delayMs = 0 }, forMs)
  }

  /** Ends every link and the port. */
  close() {
    clearTimeout(this.#delayEnd)
    this.cut()
    this.#server.close()
  }

  /**
   * Takes a link on.
   * @param {Socket} socket
   * @param {{ head?: Buffer, tap?: Tap }} [options] `head` is what was read from it already
   */
  accept(socket, { head, tap } = {}) {
    if (this.#refusing) {
      socket.destroy()
      return
    }
    const host = connect({ port: this.target, host: '127.0.0.1' })
    if (head !== undefined) {
      tap?.bytes('in', head)
      host.write(head)
    }
    socket.once('close', () => tap?.closed())
    for (const [from, to] of /** @type {[Socket, Socket][]} */ ([[socket, host], [host, socket]])) {
      this.#sockets.add(from)
      from.setNoDelay(true)
      // What broke is told by `close`.
      from.on('error', () => {})
      from.once('close', () => this.#sockets.delete(from))
      this.#carry(from, to, tap && ((bytes) => tap.bytes(from === socket ? 'in' : 'out', bytes)))
    }
  }

  /** @param {Socket} from @param {Socket} to @param {((bytes: Buffer) => void) | undefined} see */
  #carry(from, to, see) {
    const line = new DelayLine(() => this.#delayMs)
    from.on('data', (bytes) => {
      see?.(bytes)
      line.push(bytes.length, () => {
        if (!to.destroyed) to.write(bytes)
        if (line.held <= MAX_HELD) from.resume()
      })
      if (line.held > MAX_HELD) from.pause()
    })
    from.once('close', () => line.push(0, () => to.destroySoon()))
  }
}

/** One direction of a link: what comes after a delay never overtakes what was delayed. */
class DelayLine {
  /** @type {{ due: number, size: number, run: () => void }[]} */
  #waiting = []
  #delayMs
  #lastDue = 0
  /** Bytes that wait. */
  held = 0

  /** @param {() => number} delayMs */
  constructor(delayMs) {
    this.#delayMs = delayMs
  }

  /** @param {number} size @param {() => void} run */
  push(size, run) {
    this.#lastDue = Math.max(this.#lastDue, performance.now() + this.#delayMs())
    this.#waiting.push({ due: this.#lastDue, size, run })
    this.held += size
    if (this.#waiting.length === 1) this.#flush()
  }

  #flush() {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const ms = next.due - performance.now()
      if (ms > 0) {
        setTimeout(() => this.#flush(), Math.ceil(ms))
        return
      }
      this.#waiting.shift()
      this.held -= next.size
      next.run()
    }
  }
}
