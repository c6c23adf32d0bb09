import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EVENT_SAMPLES } from '../contract/samples.js'
import { NativeLink } from './native-link.js'

const names = (/** @type {number} */ count, /** @type {(at: number) => string} */ name = (at) => `attribute-${(at * 7_919) % 9_973}`) => Array.from({ length: count }, (_, at) => name(at))

/** @param {string} attributes JSON text of the contact's */
function deliver(attributes) {
  const { contact, ...call } = EVENT_SAMPLES.incoming_call
  const rest = JSON.stringify({ ...contact, attributes: 0 }).split('"attributes":0')
  const link = new NativeLink(['incoming_call'])
  return () => {
    link.event('incoming_call', `${JSON.stringify(call).slice(0, -1)},"contact":${rest.join(`"attributes":${attributes}`)}}`)
    return link.deliveries()[0]
  }
}

/** @param {string[]} keys @param {string} suffix */
const text = (keys, suffix) => `{${keys.map((key, at) => `${JSON.stringify(key)}:${JSON.stringify(`value ${at}${suffix}`)}`).join(',')}}`

test('maps of any size are as JSON.parse reads them, the first time and whenever their keys come again', () => {
  for (const count of [1, 4, 12, 13, 30, 63, 64, 65, 129, 400, 1_200]) {
    for (const name of [undefined, (/** @type {number} */ at) => `${1_500 - at}`, (/** @type {number} */ at) => `ключ "${at}"\n👍`, (/** @type {number} */ at) => ['__proto__', 'toString', 'constructor'][at] ?? `k${at}`]) {
      const keys = names(count, name)
      for (const suffix of ['', ' é', ' \ud83d\ude00 "']) {
        const attributes = text(keys, suffix)
        const { kind, payload } = deliver(attributes)()
        assert.equal(kind, 'event')
        const [got, expected] = [payload.contact.attributes, JSON.parse(attributes)]
        assert.deepStrictEqual(Reflect.ownKeys(got), Reflect.ownKeys(expected))
        assert.deepStrictEqual(got, expected)
        assert.equal(Object.getPrototypeOf(got), Object.prototype)
      }
    }
  }
})

test('maps of the same keys in another order, and keys that only together are the same text, are told apart', () => {
  for (const attributes of ['{"a":"1","b":"2"}', '{"b":"1","a":"2"}', '{"a":"1","b":"2"}', '{"a\\",\\"b":"1","c":"2"}', '{"a":"1","b\\",\\"c":"2"}', '{"a\\",\\"b":"1","c":"3"}']) {
    const { payload } = deliver(attributes)()
    assert.equal(JSON.stringify(payload.contact.attributes), attributes)
  }
})

test('a key that stands twice is refused however many there are', () => {
  for (const count of [2, 12, 13, 40, 300]) {
    for (const twice of [0, count >> 1, count - 1]) {
      const keys = names(count)
      assert.equal(deliver(text([...keys, /** @type {string} */ (keys[twice])], ''))().kind, 'error')
    }
  }
})

test('one listener may change what it gets, and the next event has it as it was sent', () => {
  const next = deliver('{"a":"1","b":"2","c":"3"}')
  for (let round = 0; round < 4; round++) {
    const { attributes } = next().payload.contact
    assert.deepStrictEqual(attributes, { a: '1', b: '2', c: '3' })
    delete attributes.b
    attributes.d = 'more'
  }
})

test('keys that were seen before are own members whatever was done to Object.prototype since', () => {
  const next = deliver('{"late":"1","later":"2"}')
  for (let round = 0; round < 3; round++) next()
  let called = 0
  Object.defineProperty(Object.prototype, 'late', { set: () => void called++, get: () => 'theirs', configurable: true })
  try {
    const { attributes } = next().payload.contact
    assert.deepStrictEqual(Object.entries(attributes), [['late', '1'], ['later', '2']])
    assert.equal(called, 0)
  } finally {
    delete (/** @type {any} */ (Object.prototype).late)
  }
})
