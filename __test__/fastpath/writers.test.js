import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorBody } from '../../js/errors.js'
import { payloadJson } from '../../js/link.js'
import { Requests } from '../../js/requests.js'
import { METHODS } from '../../schema/names.js'
import { NativeLink } from './native-link.js'
import { RandomPayload } from './random-payload.js'
import { seeded } from './dice.js'

const SEED = Number(process.env.FASTPATH_SEED ?? 20_261_122)
const CALLS = Number(process.env.CALLS ?? 100_000)
/** What is open at a time is bounded, and nobody answers here. */
const CALLS_OF_A_LINK = 500

/** The frame without what differs by the clock, or the error. @param {NativeLink} link @param {number} seq */
function written(link, seq) {
  const frames = link.orders().filter((text) => text.startsWith('{"type":"request"')).map((text) => text.replace(/"deadlineMs":\d+/, ''))
  const errors = link.deliveries().map(({ error }) => error)
  if (frames.length > 0) link.message(`{"type":"ack","ack":${seq}}`)
  return { frames, errors }
}

/** What a call says when its payload cannot even be read. @param {() => void} call */
function thrown(call) {
  try {
    call()
  } catch (/** @type {any} */ error) {
    return { frames: [], errors: [errorBody(error)] }
  }
  return undefined
}

/** Both ways of one call, on links of their own. */
class Pair {
  fast = new NativeLink([])
  plain = new NativeLink([])
  #requests = new Requests(this.fast.native)
  calls = 0
  #seq = 0

  /** @param {string} method @param {any} payload @param {any} options */
  call(method, payload, options) {
    this.calls++
    const ours = thrown(() => (this.#requests.add(this.calls, method, payload, options), this.#requests.flush())) ?? written(this.fast, this.#seq + 1)
    const theirs = thrown(() => {
      const refused = this.plain.native.request(this.calls, method, payloadJson(method, payload), JSON.stringify(options))
      if (refused !== null) throw Object.assign(new Error(), JSON.parse(refused))
    }) ?? written(this.plain, this.#seq + 1)
    this.#seq += theirs.frames.length
    return { ours, theirs }
  }
}

test(`${CALLS} random payloads leave as their JSON text does, or are refused for the same reasons`, { timeout: 120_000 }, () => {
  const random = new RandomPayload(seeded(SEED))
  let pair = new Pair()
  let [sent, refused] = [0, 0]
  for (let call = 0; call < CALLS; call++) {
    if (pair.calls === CALLS_OF_A_LINK) pair = new Pair()
    const method = random.pick(METHODS)
    const { ours, theirs } = pair.call(method, random.of(method), random.options())
    assert.deepEqual(ours, theirs, `seed ${SEED} call ${call}: ${method}`)
    assert.equal(ours.frames.length + ours.errors.length, 1)
    sent += ours.frames.length
    refused += ours.errors.length
  }
  assert.ok(sent > CALLS / 4 && refused > CALLS / 4, `sent ${sent}, refused ${refused}`)
})

test('calls of one tick leave together and in order, whatever each of them holds', () => {
  const link = new NativeLink([])
  const requests = new Requests(link.native)
  const values = ['plain', 'é', '\ud83d', '\ude00', '😀', '', 'x'.repeat(9_000)]
  for (let n = 0; n < 700; n++) requests.add(n + 1, 'update_contact', { n: `${n}`, value: values[n % values.length] }, { timeoutMs: 10_000 })
  requests.flush()
  const payloads = link.orders().map((text) => JSON.parse(text)).filter(({ type }) => type === 'request').map(({ payload }) => payload)
  assert.equal(payloads.length, 256, 'as many as the window takes')
  payloads.forEach((payload, n) => assert.deepEqual(payload, { n: `${n}`, value: values[n % values.length]?.toWellFormed() }))
})

test('a payload whose getter makes another call is sent whole, and so is the other one', () => {
  for (const inner of [{ x: 'inner' }, { x: 1n }, { x: 'y'.repeat(9_000) }]) {
    const link = new NativeLink([])
    const requests = new Requests(link.native)
    let made = 0
    const add = (/** @type {any} */ payload) => requests.add(++made, 'update_contact', payload, { timeoutMs: 10_000 })
    const nosy = { a: 'first', get b() { return thrown(() => add(inner)), 'second' }, c: 'third' }
    add(nosy)
    requests.flush()
    const payloads = link.orders().map((text) => JSON.parse(text)).filter(({ type }) => type === 'request').map(({ payload }) => payload)
    assert.deepEqual(payloads.at(-1), { a: 'first', b: 'second', c: 'third' })
    for (const payload of payloads.slice(0, -1)) assert.deepEqual(payload, inner)
  }
})
