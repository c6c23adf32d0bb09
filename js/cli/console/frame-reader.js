// Reads the text messages out of one direction of a WebSocket, after its HTTP head. RFC 6455, without extensions.

/** A `welcome` is the largest. What is larger is not looked at. */
const MAX_MESSAGE = 5 * 1_048_576
const [CONTINUATION, TEXT, CLOSE] = [0, 1, 8]

/** @typedef {{ text: string, size: number } | { close: number }} Read */

export class FrameReader {
  /** @type {Buffer} */
  #held = Buffer.alloc(0)
  /** The parts of a message that is not complete. @type {Buffer[]} */
  #parts = []
  #isText = false
  #inHead = true
  /** What came makes no sense: nothing more is read. */
  #lost = false

  /**
   * @param {Buffer} bytes
   * @returns {Read[]} the messages that are complete now
   */
  push(bytes) {
    if (this.#lost) return []
    this.#held = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes])
    if (this.#inHead && !this.#skipHead()) return []
    /** @type {Read[]} */
    const read = []
    for (let frame = this.#frame(); frame !== null; frame = this.#frame()) this.#take(frame, read)
    if (this.#held.length > MAX_MESSAGE) this.#lost = true
    return read
  }

  #skipHead() {
    const end = this.#held.indexOf('\r\n\r\n')
    if (end === -1) return false
    // A refusal is no WebSocket.
    this.#lost = this.#held.subarray(0, 9).toString() === 'HTTP/1.1 ' && this.#held.subarray(9, 12).toString() !== '101'
    this.#held = this.#held.subarray(end + 4)
    this.#inHead = false
    return !this.#lost
  }

  /** @returns {{ opcode: number, final: boolean, payload: Buffer } | null} */
  #frame() {
    const held = this.#held
    if (held.length < 2) return null
    const [first, second] = /** @type {[number, number]} */ ([held[0], held[1]])
    const short = second & 0x7f
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0
    const masked = (second & 0x80) !== 0
    const start = 2 + extra + (masked ? 4 : 0)
    if (held.length < start) return null
    const length = extra === 2 ? held.readUInt16BE(2) : extra === 8 ? Number(held.readBigUInt64BE(2)) : short
    if (length > MAX_MESSAGE) this.#lost = true
    if (this.#lost || held.length < start + length) return null
    const payload = Buffer.from(held.subarray(start, start + length))
    if (masked) {
      for (let at = 0; at < length; at += 1) payload[at] = /** @type {number} */ (payload[at]) ^ /** @type {number} */ (held[start - 4 + (at % 4)])
    }
    this.#held = held.subarray(start + length)
    return { opcode: first & 0x0f, final: (first & 0x80) !== 0, payload }
  }

  /** @param {{ opcode: number, final: boolean, payload: Buffer }} frame @param {Read[]} read */
  #take({ opcode, final, payload }, read) {
    if (opcode === CLOSE) read.push({ close: payload.length >= 2 ? payload.readUInt16BE(0) : 1005 })
    if (opcode !== TEXT && opcode !== CONTINUATION) return
    if (opcode === TEXT) [this.#parts, this.#isText] = [[], true]
    if (!this.#isText) return
    this.#parts.push(payload)
    if (!final) return
    const whole = this.#parts.length === 1 ? payload : Buffer.concat(this.#parts)
    ;[this.#parts, this.#isText] = [[], false]
    read.push({ text: whole.toString('utf8'), size: whole.length })
  }
}
