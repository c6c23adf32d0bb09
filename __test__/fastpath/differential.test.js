import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import Ajv from 'ajv/dist/2020.js'
import { EVENTS, METHODS } from '../../schema/names.js'
import { seeded } from './dice.js'
import { NativeLink } from './native-link.js'
import { RandomJson } from './random-json.js'

const SEED = Number(process.env.FASTPATH_SEED ?? 20_261_122)
const FRAMES = Number(process.env.FRAMES ?? 100_000)
/** A link ends at the twentieth error of a minute. */
const ERRORS = 15

const schema = JSON.parse(readFileSync(new URL('../../schema/protocol.schema.json', import.meta.url), 'utf8'))
const ajv = new Ajv({ strict: false })
ajv.addSchema(schema, 'protocol')
const typeOf = (/** @type {string} */ name) => name.split('_').map((word) => word[0].toUpperCase() + word.slice(1)).join('')
const validator = (/** @type {string} */ type) => /** @type {any} */ (ajv.getSchema(`protocol#/$defs/${type}`))
const ANSWERS = {
  update_contact: 'UpdateContactAnswer', update_customer: 'UpdateCustomerAnswer', quick_connect: 'TransferCallAnswer', get_user: 'GetUserAnswer',
  get_contacts: 'GetContactsAnswer', get_contact: 'GetContactAnswer', show_plugin: 'Done', $snapshot: 'SnapshotAnswer', $live: 'LiveAnswer',
}
const PAYLOADS = { update_contact: '{"a":"b"}', update_customer: '{"name":"x"}', quick_connect: '{"name":"x"}', $live: '{"event":"on_hold"}' }

/** Equal in values, own members, their order and their kind. @param {any} got @param {string} text @param {string} what */
function assertSame(got, text, what) {
  const parsed = JSON.parse(text)
  if (!same(got, parsed)) assert.deepStrictEqual(got, parsed, what)
  assert.ok(same(got, parsed), what)
}

/** @param {any} a @param {any} b @returns {boolean} */
function same(a, b) {
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null) return Object.is(a, b)
  const [ours, theirs] = [Reflect.ownKeys(a), Reflect.ownKeys(b)]
  return Object.getPrototypeOf(a) === Object.getPrototypeOf(b) && Array.isArray(a) === Array.isArray(b) && ours.length === theirs.length
    && ours.every((key, at) => {
      if (key !== theirs[at]) return false
      const { value, ...flags } = /** @type {any} */ (Object.getOwnPropertyDescriptor(a, key))
      return (key === 'length' || (flags.writable && flags.enumerable && flags.configurable)) && same(value, Object.getOwnPropertyDescriptor(b, key)?.value)
    })
}

test(`${FRAMES} random frames reach a listener as JSON.parse reads them, or not at all`, { timeout: 120_000 }, () => {
  const random = new RandomJson(seeded(SEED))
  const events = [...EVENTS, 'acme.custom']
  let link = new NativeLink(events)
  let [errors, delivered, refused] = [0, 0, 0]
  for (let frame = 0; frame < FRAMES; frame++) {
    const event = random.pick(events)
    const custom = event === 'acme.custom'
    const mischief = random.chance(0.3) ? 0.02 : 0
    const text = custom ? ((random.odd = false), (random.mischief = mischief), random.object({ additionalProperties: true })) : random.of(typeOf(event), mischief)
    if (!text.startsWith('{')) continue
    const what = `seed ${SEED} frame ${frame}: ${event}`
    link.event(event, text)
    const [delivery, ...more] = link.deliveries()
    assert.deepEqual(more, [], what)
    const valid = custom || validator(typeOf(event))(JSON.parse(text))
    if (delivery.kind === 'event') {
      assert.equal(delivery.event, event)
      assert.equal(delivery.timestamp, 1_790_000_000_000)
      assert.ok(valid, `${what} should have been refused: ${text.slice(0, 2_000)}`)
      assertSame(delivery.payload, text, what)
      delivered++
    } else {
      assert.equal(delivery.kind, 'error', what)
      // A text that is not as JSON.stringify writes it may break a rule that ajv does not know.
      assert.ok(!valid || random.odd, `${what} should have been delivered: ${delivery.error.message} ${JSON.stringify(delivery.error.issues)}`)
      refused++
      if (++errors === ERRORS) [link, errors] = [new NativeLink(events), 0]
    }
  }
  assert.ok(delivered > FRAMES / 2 && refused > FRAMES / 50, `delivered ${delivered}, refused ${refused}`)
})

test('random answers settle a request as JSON.parse reads them, or as an error', { timeout: 60_000 }, () => {
  const random = new RandomJson(seeded(SEED + 1))
  let link = new NativeLink([])
  let [errors, settled] = [0, 0]
  for (let frame = 0; frame < 5_000; frame++) {
    const method = random.pick(METHODS.filter((name) => name in ANSWERS))
    const type = /** @type {any} */ (ANSWERS)[method]
    const text = random.of(type, random.chance(0.3) ? 0.02 : 0)
    if (!text.startsWith('{')) continue
    const what = `seed ${SEED} answer ${frame}: ${method}`
    link.answer(method, text, /** @type {any} */ (PAYLOADS)[method])
    const [delivery] = link.deliveries()
    assert.equal(delivery.kind, 'settled', what)
    const valid = validator(type)(JSON.parse(text))
    if (delivery.error === undefined) {
      assert.ok(valid, what)
      assertSame(delivery.result, text, what)
      settled++
    } else {
      assert.ok(!valid || random.odd, `${what} ${JSON.stringify(delivery.error)}`)
      if (++errors === ERRORS) [link, errors] = [new NativeLink([]), 0]
    }
  }
  assert.ok(settled > 2_500, `${settled}`)
})
