// @ts-check
import { Buffer } from 'node:buffer'
import { toWellFormed } from './json.js'
import { METHODS } from '../schema/names.js'

// How a call crosses: docs/decisions/0005-how-an-event-crosses.md; `src/node/requests.rs` reads what this writes.

/** Numbers of one call: id, timeout, place of its method, lengths of payload, contact id and key; -1 where there is none. */
const NUMBERS = 6
/** Calls of one flush; more go before the tick is over. */
const MOST = 256
const MOST_TEXT = 262_144
const doubles = new Float64Array(MOST * NUMBERS)
const bytes = Buffer.from(doubles.buffer)
/** @type {Record<string, number>} */
const PLACES = Object.assign(Object.create(null), Object.fromEntries(METHODS.map((method, place) => [method, place])))

/** The calls of one tick on their way to the native side: they cross together, in order. */
export class Requests {
  #text = ''
  /** @type {number[]} */
  #numbers = []
  #native

  /** @param {{ send(text: string, numbers: Buffer): void }} native */
  constructor(native) {
    this.#native = native
  }

  /**
   * Adds a call; it crosses at the end of this tick, or with {@link Requests.flush}.
   * @param {number} id
   * @param {string} method a known one
   * @param {string} payload JSON text
   * @param {{ contactId?: string, idempotencyKey?: string, timeoutMs: number }} options
   */
  add(id, method, payload, { contactId, idempotencyKey, timeoutMs }) {
    const numbers = this.#numbers
    const at = numbers.length
    if (at === 0) queueMicrotask(() => this.flush())
    // By index: a page or library may have replaced what arrays and maps can do.
    numbers[at] = id
    numbers[at + 1] = timeoutMs
    numbers[at + 2] = PLACES[method] ?? -1
    numbers[at + 3] = payload.length
    numbers[at + 4] = contactId === undefined ? -1 : contactId.length
    numbers[at + 5] = idempotencyKey === undefined ? -1 : idempotencyKey.length
    this.#text += payload
    // Half a pair at the end of one and at the beginning of the next would become one character.
    if (contactId !== undefined) this.#text += toWellFormed(contactId)
    if (idempotencyKey !== undefined) this.#text += toWellFormed(idempotencyKey)
    if (numbers.length === doubles.length || this.#text.length > MOST_TEXT) this.flush()
  }

  /** Hands over what is there. */
  flush() {
    const numbers = this.#numbers
    if (numbers.length === 0) return
    const text = this.#text
    this.#text = ''
    this.#numbers = []
    doubles.set(numbers)
    this.#native.send(text, bytes.subarray(0, numbers.length * 8))
  }
}
