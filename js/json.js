// @ts-check
import { SmartAgentError } from './errors.js'

// Captured at load, so that a page or library that replaces them later changes nothing here.
const { stringify } = JSON
const { keys, getPrototypeOf } = Object
const { isArray } = Array
const { isFinite } = Number
const { isView } = ArrayBuffer
const { toISOString, getTime } = Date.prototype
const ObjectPrototype = Object.prototype
const ArrayPrototype = Array.prototype
const apply = Reflect.apply
/** Printable ASCII that JSON writes as it is. */
const PLAIN = /^[ !#-[\]-~]*$/
const { exec } = PLAIN
const test = (/** @type {string} */ text) => text.length < 64 && apply(exec, PLAIN, [text]) !== null
/** @type {(this: string) => string} */
const wellFormed = /** @type {any} */ (String.prototype).toWellFormed

/** No frame is larger, so a longer text need not be finished. */
const MAX_LENGTH = 131_072
const MAX_DEPTH = 32
const MAX_KEYS = 4_096
const REFUSED = [Map, Set, WeakMap, WeakSet, Promise, ArrayBuffer]

class Unsendable extends Error {
  /** @param {string} path @param {string} rule @param {string} what @param {unknown} [cause] */
  constructor(path, rule, what, cause) {
    super(what)
    this.path = path
    this.rule = rule
    this.cause = cause
  }
}
class TooLarge extends Error {}

/**
 * The JSON text of a value that a caller handed in: one pass, each member read once, nothing kept and nothing changed.
 * @param {unknown} value
 * @param {string} what the call, for the error's message
 * @param {number} [maxLength]
 * @returns {string}
 * @throws {SmartAgentError} `E_BAD_REQUEST` with the place and a TypeError as cause, or `E_TOO_LARGE`
 */
export function toJson(value, what, maxLength = MAX_LENGTH) {
  const writer = new Writer(maxLength)
  try {
    if (!writer.value(value, '', 1)) throw new Unsendable('', 'type', 'an object is expected')
    return writer.text
  } catch (error) {
    if (error instanceof TooLarge) {
      throw new SmartAgentError('E_TOO_LARGE', `${what}: the payload is larger than ${maxLength} bytes`)
    }
    const { path, rule, message, cause } =
      error instanceof Unsendable ? error : new Unsendable('', 'type', 'the payload cannot be read', error)
    const sentence = `${what}: ${path === '' ? '' : `${path}: `}${message}`
    throw new SmartAgentError('E_BAD_REQUEST', sentence, {
      path,
      issues: [{ path, rule: /** @type {any} */ (rule), message }],
      cause: new TypeError(sentence, cause === undefined ? undefined : { cause }),
    })
  }
}

class Writer {
  text = ''
  /** @type {object[]} */
  #open = []
  /** @param {number} maxLength */
  constructor(maxLength) {
    this.maxLength = maxLength
  }

  /**
   * Appends the value; false where JSON has no form for it and a member is left out.
   * @param {unknown} value @param {string} path @param {number} depth
   * @returns {boolean}
   */
  value(value, path, depth) {
    switch (typeof value) {
      case 'string': return this.#append(quote(value))
      case 'boolean': return this.#append(value ? 'true' : 'false')
      case 'number':
        if (!isFinite(value)) throw new Unsendable(path, 'number', 'a finite number is expected')
        return this.#append(`${value}`)
      case 'undefined': return false
      case 'object': return value === null ? this.#append('null') : this.#object(value, path, depth)
      default: throw new Unsendable(path, 'type', `a ${typeof value} cannot be sent`)
    }
  }

  /** @param {object} object @param {string} path @param {number} depth @returns {boolean} */
  #object(object, path, depth) {
    if (depth > MAX_DEPTH) throw new Unsendable(path, 'depth', `nested deeper than ${MAX_DEPTH}`)
    for (let level = 0; level < this.#open.length; level++) {
      if (this.#open[level] === object) throw new Unsendable(path, 'type', 'the value contains itself')
    }
    const plain = replacement(object, path)
    if (plain !== object) return this.value(plain, path, depth + 1)
    this.#open[this.#open.length] = object
    if (isArray(object)) this.#array(object, path, depth)
    else this.#members(object, path, depth)
    this.#open.length--
    return true
  }

  /** @param {unknown[]} array @param {string} path @param {number} depth */
  #array(array, path, depth) {
    const length = array.length
    if (length > this.maxLength / 2) throw new TooLarge()
    this.#append('[')
    for (let index = 0; index < length; index++) {
      if (index > 0) this.text += ','
      const place = `${path}[${index}]`
      if (!this.value(read(array, index, place), place, depth + 1)) this.#append('null')
    }
    this.#append(']')
  }

  /** @param {object} object @param {string} path @param {number} depth */
  #members(object, path, depth) {
    const names = guarded(() => keys(object), path)
    if (names.length > MAX_KEYS) throw new Unsendable(path, 'members', `more than ${MAX_KEYS} members`)
    this.#append('{')
    let first = true
    for (let index = 0; index < names.length; index++) {
      const name = /** @type {string} */ (names[index])
      const place = path === '' ? name : `${path}.${name}`
      if (name === '__proto__') throw new Unsendable(place, 'key', '"__proto__" is not allowed as a key')
      const member = read(object, name, place)
      if (member === undefined) continue
      this.#append(`${first ? '' : ','}${quote(name)}:`)
      first = false
      this.value(member, place, depth + 1)
    }
    this.#append('}')
  }

  /** @param {string} text */
  #append(text) {
    this.text += text
    if (this.text.length > this.maxLength) throw new TooLarge()
    return true
  }
}

/** What stands in JSON for this object: itself, or what `toJSON`, a date or a boxed primitive gives. @param {any} object @param {string} path */
function replacement(object, path) {
  if (object instanceof Date) return dateText(object, path)
  for (let index = 0; index < REFUSED.length; index++) {
    const kind = /** @type {Function} */ (REFUSED[index])
    if (object instanceof /** @type {any} */ (kind)) throw new Unsendable(path, 'type', `a ${kind.name} cannot be sent`)
  }
  if (isView(object)) throw new Unsendable(path, 'type', 'binary data cannot be sent')
  if (object instanceof String || object instanceof Number || object instanceof Boolean) return object.valueOf()
  const toJSON = read(object, 'toJSON', path)
  // One that a library put on every object or array is not the caller's wish.
  if (typeof toJSON !== 'function' || inherited(object, toJSON)) return object
  const plain = guarded(() => apply(toJSON, object, ['']), path)
  if (plain === undefined) throw new Unsendable(path, 'type', 'toJSON() gave nothing')
  return plain
}

/** @param {object} object @param {Function} toJSON */
function inherited(object, toJSON) {
  const prototype = guarded(() => getPrototypeOf(object), '')
  return prototype !== null && (toJSON === /** @type {any} */ (ObjectPrototype).toJSON || toJSON === /** @type {any} */ (ArrayPrototype).toJSON)
}

/** @param {Date} date @param {string} path */
function dateText(date, path) {
  const time = guarded(() => apply(getTime, date, []), path)
  if (!isFinite(time)) throw new Unsendable(path, 'type', 'an invalid Date cannot be sent')
  return apply(toISOString, date, [])
}

/** @param {any} object @param {string | number} key @param {string} path */
function read(object, key, path) {
  return guarded(() => object[key], path)
}

/** @template T @param {() => T} get @param {string} path @returns {T} */
function guarded(get, path) {
  try {
    return get()
  } catch (error) {
    throw new Unsendable(path, 'type', 'reading the value threw', error)
  }
}

/** @param {string} text @returns {string} without halves of surrogate pairs */
export function toWellFormed(text) {
  return apply(wellFormed, text, [])
}

/** @param {string} text */
function quote(text) {
  return test(text) ? `"${text}"` : stringify(toWellFormed(text))
}
