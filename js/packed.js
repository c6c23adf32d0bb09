// @ts-check

/**
 * @typedef {(r: PackedReader) => any} Reader
 * @typedef {[name: string, read: Reader]} Member
 */

const NULL = -1

/**
 * Takes values out of a batch in the order in which `src/schema/pack.rs` put them there; the generated readers say
 * which. Every string is a part of the batch's one text.
 */
export class PackedReader {
  #text = ''
  /** Where the next string begins. */
  #at = 0
  #wholeAt = 0
  #doubleAt = 0
  #wholes
  #doubles

  /** @param {Int32Array} wholes @param {Float64Array} doubles */
  constructor(wholes, doubles) {
    this.#wholes = wholes
    this.#doubles = doubles
  }

  /** Begins with another batch. @param {string} text */
  begin(text) {
    this.#text = text
    this.#at = this.#wholeAt = this.#doubleAt = 0
  }

  /** A length, count or place. @returns {number} */
  whole() {
    return /** @type {number} */ (this.#wholes[this.#wholeAt++])
  }

  /** @returns {any} a number, null where it was null */
  integer() {
    const number = /** @type {number} */ (this.#doubles[this.#doubleAt++])
    return number === number ? number : null
  }

  /** @returns {any} */
  boolean() {
    const value = this.whole()
    return value === NULL ? null : value === 1
  }

  /** @returns {any} */
  string() {
    const length = this.whole()
    if (length < 0) return null
    const from = this.#at
    this.#at = from + length
    return this.#text.substring(from, from + length)
  }

  /** @param {readonly string[]} texts @returns {any} */
  choice(texts) {
    const place = this.whole()
    return place < 0 ? null : texts[place]
  }

  /** @param {Reader} read @returns {any} */
  list(read) {
    const count = this.whole()
    if (count < 0) return null
    const items = []
    for (let index = 0; index < count; index++) items.push(read(this))
    return items
  }

  /** @param {Reader} read @returns {any} */
  map(read) {
    const count = this.whole()
    if (count < 0) return null
    const map = {}
    for (let index = 0; index < count; index++) put(map, this.string(), read(this))
    return map
  }

  /** A value that the schema says nothing about. */
  anything() {
    return JSON.parse(this.string())
  }

  /**
   * Null, or an object with members that the schema does not know or in an order that is not its own.
   * @param {number} shape what stood in place of the optional members' bits
   * @param {Member[]} members
   * @returns {any}
   */
  unusual(shape, members) {
    if (shape === NULL) return null
    const object = {}
    for (let left = -2 - shape; left > 0; left--) {
      const place = this.whole()
      if (place < 0) put(object, this.string(), this.anything())
      else {
        const [name, read] = /** @type {Member} */ (members[place])
        put(object, name, read(this))
      }
    }
    return object
  }
}

/**
 * Adds a member as JSON.parse does: `__proto__` too, and whatever somebody did to Object.prototype.
 * @param {any} object @param {string} name @param {any} value
 */
export function put(object, name, value) {
  if (name in object) Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
  else object[name] = value
}
