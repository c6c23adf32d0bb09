// @ts-check
import { Buffer } from 'node:buffer'
import { toJson, toWellFormed } from './json.js'
import { METHODS } from '../schema/names.js'

// How a call crosses: docs/decisions/0005-how-an-event-crosses.md; `src/dispatch/calls.rs` reads what this writes.

/** Numbers of one call before its payload: id, timeout, place of its method, lengths of contact id, key and JSON text; -1 where there is none. */
const HEAD = 6
/** Numbers of a payload that crosses without JSON text, and its characters: larger ones are rare. */
const MOST_PACKED = 64
const MOST_CHARACTERS = 8_192
/** Numbers and characters of one flush; more go before the tick is over. */
const MOST = 2_048
const MOST_TEXT = 262_144
/** A place among the methods. @type {Record<string, number>} */
const PLACES = Object.assign(Object.create(null), Object.fromEntries(METHODS.map((method, place) => [method, place])))

/** What stands in place of a text's length, as in `src/schema/draft.rs`. */
const NULL = -1
const OBJECT = -2
/** Objects in objects: one more than any message has. */
const MAX_DEPTH = 3

// Captured at load, so that a page or library that replaces them later changes nothing here.
const { keys, getPrototypeOf } = Object
const { isArray } = Array
const ObjectPrototype = /** @type {any} */ (Object.prototype)

/** The calls of one tick on their way to the native side: they cross together, in order. */
export class Requests {
  #text = ''
  #count = 0
  /** Where the next number goes. */
  #at = 0
  /** Where a payload's next number goes, and its text so far. */
  #packedAt = 0
  #packed = ''
  /** Grows with each payload and flush: reading a payload may run code that makes another call. */
  #turn = 0
  #numbers = new Float64Array(MOST)
  #bytes = Buffer.from(this.#numbers.buffer)
  #native
  #flush = () => this.flush()

  /** @param {{ send(text: string, numbers: Buffer, used: number, count: number): void }} native */
  constructor(native) {
    this.#native = native
  }

  /**
   * Adds a call; it crosses at the end of this tick, or with {@link Requests.flush}.
   * @param {number} id
   * @param {string} method a known one
   * @param {unknown} payload
   * @param {{ contactId?: string, idempotencyKey?: string, timeoutMs: number }} options
   * @throws {import('./errors.js').SmartAgentError} where the payload cannot be sent
   */
  add(id, method, payload, { contactId, idempotencyKey, timeoutMs }) {
    const json = this.#pack(payload) ? undefined : toJson(payload, method)
    if (this.#count === 0) queueMicrotask(this.#flush)
    const numbers = this.#numbers
    const at = this.#at
    numbers[at] = id
    numbers[at + 1] = timeoutMs
    numbers[at + 2] = PLACES[method] ?? -1
    numbers[at + 3] = contactId === undefined ? -1 : contactId.length
    numbers[at + 4] = idempotencyKey === undefined ? -1 : idempotencyKey.length
    numbers[at + 5] = json === undefined ? -1 : json.length
    // Half a pair at the end of one and at the beginning of the next would become one character.
    if (contactId !== undefined) this.#text += toWellFormed(contactId)
    if (idempotencyKey !== undefined) this.#text += toWellFormed(idempotencyKey)
    this.#text += json ?? this.#packed
    this.#at = json === undefined ? this.#packedAt : at + HEAD
    this.#count++
    if (this.#at > MOST - HEAD - MOST_PACKED || this.#text.length > MOST_TEXT) this.flush()
  }

  /** Hands over what is there. */
  flush() {
    const count = this.#count
    if (count === 0) return
    const text = this.#text
    const used = this.#at
    this.#text = ''
    this.#count = this.#at = 0
    this.#turn++
    this.#native.send(text, this.#bytes, used, count)
  }

  /**
   * Writes a payload as text and numbers, behind the head of its call. Whether it could be: plain objects of texts and
   * nulls can; the rest is for `toJson`, which says what is wrong.
   * @param {any} payload
   */
  #pack(payload) {
    const turn = ++this.#turn
    this.#packed = ''
    this.#packedAt = this.#at + HEAD
    try {
      if (payload === undefined) this.#numbers[this.#packedAt++] = OBJECT
      else if (typeof payload !== 'object' || payload === null) return false
      else return this.#object(payload, 1, turn)
      return true
    } catch {
      return false
    }
  }

  /** @param {any} object @param {number} depth @param {number} turn @returns {boolean} */
  #object(object, depth, turn) {
    if (depth > MAX_DEPTH || getPrototypeOf(object) !== ObjectPrototype || isArray(object)) return false
    const { toJSON } = object
    // One that a library put on every object is not the caller's wish.
    if (typeof toJSON === 'function' && toJSON !== ObjectPrototype.toJSON) return false
    const names = keys(object)
    const start = this.#packedAt++
    let count = 0
    for (let index = 0; index < names.length; index++) {
      const name = /** @type {string} */ (names[index])
      const value = object[name]
      if (name === '__proto__') return false
      if (value === undefined) continue
      if (this.#packedAt > this.#at + HEAD + MOST_PACKED - 3 || !this.#string(name)) return false
      if (typeof value === 'string') {
        if (!this.#string(value)) return false
      } else if (value === null) this.#numbers[this.#packedAt++] = NULL
      else if (typeof value !== 'object' || !this.#object(value, depth + 1, turn)) return false
      count++
    }
    if (turn !== this.#turn) return false
    this.#numbers[start] = OBJECT - count
    return true
  }

  /** @param {string} text */
  #string(text) {
    const { length } = text
    // As above, for half a pair at the end.
    if (length > 0 && (text.charCodeAt(length - 1) & 0xfc00) === 0xd800) return false
    this.#numbers[this.#packedAt++] = length
    this.#packed += text
    return this.#packed.length <= MOST_CHARACTERS
  }
}
