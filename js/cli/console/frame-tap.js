// What crosses one link, frame by frame: for the inspector's eyes, tokens left out.
import { FrameReader } from './frame-reader.js'

/**
 * @typedef {import('./protocol.js').Row} Row
 * @typedef {Omit<Row, 'id' | 'at' | 'truncated'>} NewRow
 * @typedef {{ row: (row: NewRow) => void }} TapEvents
 */

/** Requests whose answers are waited for: more than any window. */
const MAX_PENDING = 4_096

/** @type {Readonly<Omit<NewRow, 'kind' | 'direction' | 'name'>>} */
export const BLANK = { plugin: null, session: null, link: null, seq: null, size: 0, latencyMs: null, correlation: null, contactId: null }

export class FrameTap {
  #link
  #events
  #readers = { in: new FrameReader(), out: new FrameReader() }
  /** @type {string | null} */
  #plugin = null
  /** @type {string | null} */
  #session = null
  /** @type {Map<string, { method: string, at: number, contactId: string | null }>} */
  #pending = new Map()

  /** @param {number} link its number @param {TapEvents} events */
  constructor(link, events) {
    this.#link = link
    this.#events = events
    this.#row({ kind: 'frame', direction: 'none', name: 'open' })
  }

  /** @param {'in' | 'out'} direction @param {Buffer} bytes */
  bytes(direction, bytes) {
    for (const read of this.#readers[direction].push(bytes)) {
      if ('close' in read) this.#row({ kind: 'frame', direction, name: 'close', payload: { code: read.close } })
      else this.#frame(direction, read.text, read.size)
    }
  }

  closed() {
    this.#row({ kind: 'frame', direction: 'none', name: 'closed' })
  }

  /** @param {'in' | 'out'} direction @param {string} text @param {number} size */
  #frame(direction, text, size) {
    let frame
    try {
      frame = JSON.parse(text)
    } catch {
      frame = null
    }
    if (frame === null || typeof frame !== 'object') {
      this.#row({ kind: 'frame', direction, name: 'not JSON', size, payload: text.slice(0, 1_000) })
      return
    }
    const { type, seq = null } = frame
    if (direction === 'out' && type === 'event') {
      this.#row({ kind: 'event', direction, name: String(frame.event), seq, size, contactId: frame.payload?.contactId ?? null, payload: frame.payload })
    } else if (direction === 'in' && type === 'request') this.#request(frame, size)
    else if (direction === 'out' && type === 'response') this.#response(frame, size)
    else this.#other(direction, frame, size)
  }

  /** @param {any} frame @param {number} size */
  #request({ id, seq, method, contactId = null, payload = {} }, size) {
    if (this.#pending.size < MAX_PENDING) this.#pending.set(id, { method, at: performance.now(), contactId })
    this.#row({ kind: 'message', direction: 'in', name: String(method), seq, size, correlation: this.#correlation(id), contactId, payload })
  }

  /** @param {any} frame @param {number} size */
  #response({ id, seq, result, error }, size) {
    const request = this.#pending.get(id)
    this.#pending.delete(id)
    this.#row({
      kind: 'answer', direction: 'out', name: request?.method ?? 'unknown', seq, size, correlation: this.#correlation(id),
      latencyMs: request === undefined ? null : Math.round((performance.now() - request.at) * 10) / 10,
      contactId: request?.contactId ?? null, ...(error === undefined ? { payload: result } : { error }),
    })
  }

  /** @param {'in' | 'out'} direction @param {any} frame @param {number} size */
  #other(direction, frame, size) {
    const { type } = frame
    if (type === 'hello') this.#plugin = frame.plugin?.id ?? 'anonymous'
    if (type === 'welcome') [this.#plugin, this.#session] = [frame.plugin?.id ?? this.#plugin, frame.session ?? null]
    this.#row({
      kind: 'frame', direction, name: String(type), seq: frame.seq ?? null, size, payload: withoutSecrets(frame),
      ...(type === 'error' ? { error: { code: frame.code, message: frame.message } } : {}),
    })
  }

  /** @param {string} id */
  #correlation(id) {
    return `${this.#link}:${id}`
  }

  /** @param {Pick<NewRow, 'kind' | 'direction' | 'name'> & Partial<NewRow>} row */
  #row(row) {
    this.#events.row({ ...BLANK, plugin: this.#plugin, session: this.#session, link: this.#link, ...row })
  }
}

/** @param {any} frame */
function withoutSecrets({ auth, resume, resumeToken, ...frame }) {
  return {
    ...frame,
    ...(auth === undefined ? {} : { auth: { ...auth, token: '…' } }),
    ...(resume === undefined ? {} : { resume: { ...resume, resumeToken: '…' } }),
    ...(resumeToken === undefined ? {} : { resumeToken: '…' }),
  }
}
