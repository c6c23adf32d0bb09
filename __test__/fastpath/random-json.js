// JSON texts at random: of a type of the published schema, or a little beside it.
import { readFileSync } from 'node:fs'
import { Dice } from './dice.js'

const { $defs } = JSON.parse(readFileSync(new URL('../../schema/protocol.schema.json', import.meta.url), 'utf8'))

const TEXTS = [
  '', 'a', 'n-1', 'Ada Moreno', '+442071838750', 'arn:aws:connect:eu-west-2:123456789012:instance/i-1/queue/q-1',
  'Zoë Müller', 'ÿ', 'Łódź', '東京', '👩‍💻', '\u{1f600}', 'a\u0000b', '"\\/\b\f\n\r\t', '\u2028\u2029', '\u00ad\u0130', '{"a":[1]}', '[', ',', 'null',
  'é'.repeat(30), '𝕏'.repeat(8),
]
/** Longer than what a batch takes. */
const LONG = 'x'.repeat(9_000)
const KEYS = ['__proto__', 'constructor', 'prototype', 'toString', '0', '42', '', 'tier', 'ключ', 'a b', '👍', 'hasOwnProperty', 'contactId']
const NUMBERS = ['0', '-0', '1', '-1', '1.5', '1e3', '1E-7', '-0.0', '9007199254740991', '-9007199254740991', '1e300', '0.1', '123456789']

export class RandomJson extends Dice {
  /** Whether a text was written that JSON.stringify would not write, or a rule of the wire broken. */
  odd = false
  /** How likely a value is replaced by one of another type, a member left out or a key repeated. */
  mischief = 0

  /** A text of the type of that name. @param {string} name @param {number} [mischief] */
  of(name, mischief = 0) {
    this.odd = false
    this.mischief = mischief
    return this.value($defs[name])
  }

  /** @param {any} schema @returns {string} */
  value(schema) {
    if (this.chance(this.mischief)) return this.anything(2)
    if (schema === true) return this.anything(2)
    if (schema.$ref) return this.value($defs[schema.$ref.split('/').pop()])
    if (schema.anyOf) return this.chance(0.3) ? 'null' : this.value(schema.anyOf[0])
    if (schema.oneOf) return JSON.stringify(this.pick(schema.oneOf).const)
    const types = [schema.type].flat()
    if (types.length > 1 && this.chance(0.3)) return 'null'
    switch (types[0]) {
      case 'string': return schema.const ? JSON.stringify(schema.const) : this.string()
      case 'integer': return this.pick(['0', '1', '1790000000000', '9007199254740991', '4294967295'].filter((text) => Number(text) <= (schema.maximum ?? Infinity)))
      case 'boolean': return this.pick(['true', 'false'])
      case 'array': return this.array(schema.items)
      case 'object': return this.object(schema)
      default: return this.anything(2)
    }
  }

  /** @param {any} schema @returns {string} */
  object(schema) {
    /** @type {[string, string][]} */
    let members = []
    for (const [name, member] of Object.entries(schema.properties ?? {})) {
      const left = schema.required?.includes(name) ? this.mischief / 2 : 0.5
      if (!this.chance(left)) members.push([name, this.value(member)])
    }
    if (typeof schema.additionalProperties === 'object') {
      for (let left = this.pick([0, 1, 1, 3]); left > 0; left--) members.push([this.key(), this.value(schema.additionalProperties)])
    } else if (this.chance(0.1)) {
      for (let left = this.pick([1, 2]); left > 0; left--) members.push([this.key(), this.anything(2)])
    }
    // Twice the same key breaks a rule of the wire: only on purpose.
    const names = new Set()
    members = members.filter(([name]) => this.chance(this.mischief / 4) || (!names.has(name) && names.add(name)))
    if (new Set(members.map(([name]) => name)).size < members.length) this.odd = true
    if (this.chance(0.1)) members.sort(() => this.chance(0.5) ? -1 : 1)
    return `{${this.space()}${members.map(([name, text]) => `${this.quote(name)}${this.space()}:${this.space()}${text}`).join(`${this.space()},`)}${this.space()}}`
  }

  /** @param {any} schema */
  array(schema) {
    const items = Array.from({ length: this.pick([0, 1, 1, 2]) }, () => this.value(schema))
    return `[${this.space()}${items.join(`${this.space()},${this.space()}`)}${this.space()}]`
  }

  /** @param {number} depth @returns {string} */
  anything(depth) {
    switch (this.pick(depth > 0 ? ['string', 'number', 'null', 'boolean', 'array', 'object'] : ['string', 'number', 'null', 'boolean'])) {
      case 'string': return this.string()
      case 'number': return this.number()
      case 'boolean': return this.pick(['true', 'false'])
      case 'array': return `[${Array.from({ length: this.pick([0, 1, 3]) }, () => this.anything(depth - 1)).join(',')}]`
      case 'object': return this.object({ additionalProperties: true })
      default: return 'null'
    }
  }

  number() {
    if (this.mischief > 0 && this.chance(0.1)) {
      this.odd = true
      return this.pick(['9007199254740992', '1e400', '-9007199254740993'])
    }
    const text = this.pick(NUMBERS)
    // An integer that is not written as one is left to the reading of the wire.
    if (/[.eE-]/.test(text)) this.odd = true
    return text
  }

  string() {
    if (this.mischief > 0 && this.chance(this.mischief / 4)) {
      this.odd = true
      return this.pick(['"\\ud800"', '"x\\udc00y"', '"\\udc00\\ud800"'])
    }
    return this.chance(0.002) ? this.quote(LONG) : this.quote(this.pick(TEXTS))
  }

  key() {
    const key = this.pick(KEYS)
    // Empty keys break a rule of the wire.
    return key === '' && this.mischief === 0 ? 'x' : ((this.odd ||= key === ''), key)
  }

  /** A string token, written in one of the ways that mean the same. @param {string} text */
  quote(text) {
    const plain = JSON.stringify(text)
    if (!this.chance(0.1)) return plain
    return `"${Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`
  }

  space() {
    return this.chance(0.03) ? this.pick([' ', '\n', '\r\n\t ']) : ''
  }
}
