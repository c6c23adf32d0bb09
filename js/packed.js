// @ts-check

/**
 * @typedef {(r: PackedReader) => any} Reader
 * @typedef {[name: string, read: Reader]} Member
 */

const NULL = -1
/** In place of a known member: a stranger's number. */
const INTEGER = -2

/**
 * The keys of a map, and an object that has them all: null where there are too many for one shape, undefined until they
 * have come twice.
 * @typedef {{ text: string, names: string[], blank: Record<string, string> | null | undefined }} Keys
 */

/** Maps of one kind mostly have the same keys. A few kinds are remembered, each in its place. @type {(Keys | undefined)[]} */
const known = []
const KNOWN = 64
/** Longer keys are not remembered. */
const KNOWN_LENGTH = 4_096
/** Beyond about so many members V8 makes a dictionary, which is not to be copied. */
const SHAPED = 64

/** @param {string} text the keys as JSON, between commas @param {number} count @returns {Keys} */
function keysOf(text, count) {
  const place = (text.length + 31 * count) % KNOWN
  const last = known[place]
  if (last !== undefined && last.text === text) {
    if (last.blank === undefined) last.blank = count > SHAPED ? null : blankOf(last.names)
    return last
  }
  const list = `[${text}]`
  // Cut out of the text of these keys alone, not of its batch.
  const keys = { text: list.slice(1, -1), names: JSON.parse(list), blank: undefined }
  if (text.length <= KNOWN_LENGTH) known[place] = keys
  return keys
}

/** Parsed, because members that are added one by one make a dictionary soon. @param {string[]} names */
function blankOf(names) {
  let text = ''
  for (let at = 0; at < names.length; at++) text += `${at === 0 ? '{' : ','}${JSON.stringify(names[at])}:""`
  return JSON.parse(`${text}}`)
}

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
    return count < 0 ? null : this.#members(count, read, null)
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
    // Bits: none of its members is known, and there is none.
    return shape < 0 ? this.#members(-2 - shape, null, members) : {}
  }

  /** @param {number} count @param {Reader | null} read for every value, else `members` has them @param {Member[] | null} members */
  #members(count, read, members) {
    const keysLength = this.whole()
    const keysAt = this.#at + this.whole()
    if (count === 0) return {}
    const { names, blank } = keysOf(this.#text.substring(keysAt, keysAt + keysLength), count)
    const object = blank == null ? {} : { ...blank }
    for (let at = 0; at < count; at++) {
      const name = /** @type {string} */ (names[at])
      const value = members === null ? /** @type {Reader} */ (read)(this) : this.#member(members)
      if (blank == null) put(object, name, value)
      // Its own member already, whatever it is called.
      else object[name] = value
    }
    this.#at = keysAt + keysLength
    return object
  }

  /** @param {Member[]} members */
  #member(members) {
    const place = this.whole()
    if (place === INTEGER) return this.integer()
    return place < 0 ? this.anything() : /** @type {Member} */ (members[place])[1](this)
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
