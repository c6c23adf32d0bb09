// Payloads of messages at random: sound ones, and such as break one rule or another.
import { Dice } from './dice.js'

const TEXTS = ['', 'a', 'Ada Moreno', 'Zoë', '東京', '😀', 'a\u0000b', '"\\\n\r\t', '\u2028', '\ud800', 'x\udc00', '\ud83d', '\ude00y', 'x'.repeat(210), 'é'.repeat(2_010), 'y'.repeat(9_000)]
const GOOD = {
  email: ['a@b'], phoneNumber: ['+442071838750'], number: ['+442071838750'], name: ['Billing', 'Ünal'], ID: ['4711'], header: ['A title'], text: ['A text', 'é😀'],
  title: ['Title', ''], popupMessage: ['Saved'], notificationId: ['n-1'], connectionName: ['Billing'], connectionId: ['k-1'], message: ['Hello'], event: ['on_hold', 'acme.x'],
  endpointARN: ['arn:x'], endpointId: ['arn:x'], agentLogin: ['ada'], queue: ['q'],
}
const MEMBERS = {
  update_contact: ['tier', 'case-1', 'a_b', 'ключ', 'toJSON', 'constructor', '__proto__', '', 'k'.repeat(129), 'a b'],
  update_customer: ['email', 'phoneNumber', 'name', 'ID'], quick_connect: ['name', 'message'], end_conference_call: ['connectionName', 'connectionId'],
  transfer_call: ['number', 'name', 'endpoint'], show_notification: ['type', 'header', 'text', 'notificationId'], show_popup_message: ['type', 'popupMessage'],
  set_title_tag: ['title'], $live: ['event'],
}
const TYPES = ['CREATE_NOTIFICATION', 'CLEAR_NOTIFICATION', 'SUCCESS', 'ERROR', 'phone_number', 'agent', 'queue']
const ENDPOINT = ['type', 'endpointARN', 'endpointId', 'name', 'phoneNumber', 'agentLogin', 'queue']

export class RandomPayload extends Dice {
  options() {
    const options = /** @type {any} */ ({ timeoutMs: this.pick([60_000, 10_000, 3_600_000]) })
    if (this.chance(0.3)) options.contactId = this.pick(['c-77', 'é\ud83d'.toWellFormed(), '東京'])
    if (this.chance(0.5)) options.idempotencyKey = this.pick(['018f6c20-1111-7aaa-8bbb-0123456789ab', 'k', 'ключ'])
    return options
  }

  /** @param {string} method @returns {any} */
  of(method) {
    const known = /** @type {any} */ (MEMBERS)[method]
    if (known === undefined) return this.pick([undefined, {}, { x: 'y' }, null, [], 'text', Object.create(null), { x: undefined }, { x: null }])
    return this.chance(0.02) ? this.odd() : this.object(known, this.chance(0.5) ? 0 : 0.1)
  }

  /** @param {string[]} known @param {number} mischief how likely each member is wrong */
  object(known, mischief) {
    const names = known.filter(() => this.chance(0.7))
    if (this.chance(mischief / 2)) names.push(this.pick(['unknown', 'emial', 'toJSON', 'Name']))
    if (this.chance(0.3)) names.reverse()
    const object = this.chance(mischief / 4) ? Object.create(null) : {}
    for (const name of names) {
      if (mischief === 0 && !/^[\w-]{1,128}$/.test(name)) continue
      Object.defineProperty(object, name, this.member(name, mischief))
    }
    return object
  }

  /** @param {string} name @param {number} mischief @returns {PropertyDescriptor} */
  member(name, mischief) {
    const value = this.value(name, mischief)
    if (this.chance(mischief / 4)) return { get: () => value, enumerable: true, configurable: true }
    return { value, enumerable: !this.chance(mischief / 8), writable: true, configurable: true }
  }

  /** @param {string} name @param {number} mischief @returns {any} */
  value(name, mischief) {
    if (this.chance(mischief)) return this.odd()
    if (this.chance(mischief)) return this.pick(TEXTS)
    if (this.chance(mischief / 2)) return this.pick([null, undefined])
    if (name === 'type') return this.pick(TYPES)
    if (name === 'endpoint') return this.object(ENDPOINT, mischief)
    return this.pick(/** @type {any} */ (GOOD)[name] ?? ['2', 'Ben Okafor', 'Łódź'])
  }

  /** What is no plain object of texts. */
  odd() {
    const cycle = /** @type {any} */ ({ a: 'b' })
    cycle.self = cycle
    return this.pick([
      1, -0, 1e21, NaN, true, 1n, [], ['a'], {}, { a: 'b' }, { a: { b: { c: { d: 'e' } } } }, cycle, new Date(0), new Date(NaN), new Map(), new Uint8Array(2), new String('s'),
      () => {}, Symbol('s'), new URL('http://a/b'), { toJSON: () => ({ a: 'b' }) }, { toJSON: () => undefined }, new Proxy({ a: 'b' }, {}),
      new Proxy({}, { ownKeys() { throw new Error('no keys') } }), { get a() { throw new Error('no a') } }, new (class { a = 'b' })(),
      Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`k${n}`, 'v'])),
    ])
  }
}
