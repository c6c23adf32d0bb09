import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fork } from 'node:child_process'
import { runInNewContext } from 'node:vm'
import { once } from 'node:events'
import { toJson } from '../../js/json.js'
import { SmartAgentError } from '../../index.js'
import { pair, until } from '../desk.js'

/** @param {unknown} value @param {string} path @param {RegExp} [text] */
function refused(value, path, text = /./) {
  assert.throws(() => toJson(value, 'call'), (/** @type {any} */ error) => {
    assert.ok(error instanceof SmartAgentError)
    assert.deepEqual([error.code, error.path, error.executed], ['E_BAD_REQUEST', path, 'no'])
    assert.ok(error.cause instanceof TypeError)
    assert.match(error.message, text)
    assert.equal(error.issues?.[0]?.path, path)
    return true
  })
}

test('J1: what JSON has no form for is refused with its place', () => {
  const cycle = /** @type {any} */ ({ a: [{}] })
  cycle.a[0].self = cycle
  refused(cycle, 'a[0].self', /contains itself/)
  refused({ a: { b: 1n } }, 'a.b', /bigint/)
  refused({ f() {} }, 'f', /function/)
  refused({ list: [1, Symbol('s')] }, 'list[1]', /symbol/)
  for (const number of [NaN, Infinity, -Infinity]) refused({ number }, 'number', /finite/)
  for (const kind of [new Map(), new Set(), new WeakMap(), Promise.resolve(), new Uint8Array(2), new ArrayBuffer(2)]) refused({ kind }, 'kind')
  refused({ when: new Date(NaN) }, 'when', /Date/)
  refused(undefined, '')
})

test('J1: what JSON has a form for is written as JSON.stringify does', () => {
  class Point { x = 1; #hidden = 2; get hidden() { return this.#hidden } }
  const shared = { same: true }
  const values = [
    { a: undefined, b: null, c: true, d: 'ü"\\\n\u2028', e: -0, f: 1e21, g: [], h: {} },
    { when: new Date(0), point: new Point(), boxed: [new String('s'), new Number(1), new Boolean(false)] },
    { twice: [shared, shared] }, [1, , 3], [undefined], Object.create(null), { [Symbol('ignored')]: 1, kept: 1 },
    { toJSON: () => ({ other: 1 }) }, new URL('http://a/b'), 'text', 5, null,
  ]
  for (const value of values) assert.equal(toJson(value, 'call'), JSON.stringify(value))
})

test('J2: a proxy is read, a getter or toJSON that throws is refused with its place and cause', () => {
  const reactive = new Proxy({ a: new Proxy({ b: 1 }, {}) }, {})
  assert.equal(toJson(reactive, 'call'), '{"a":{"b":1}}')
  const boom = new Error('boom')
  const getter = { deep: { get value() { throw boom } } }
  refused(getter, 'deep.value')
  try { toJson(getter, 'call') } catch (/** @type {any} */ error) { assert.equal(error.cause.cause, boom) }
  refused({ a: { toJSON() { throw boom } } }, 'a')
  const endless = () => ({ toJSON: endless })
  refused({ a: endless() }, 'a', /deep/)
  refused(new Proxy({}, { ownKeys() { throw boom } }), '')
})

test('J3: lone surrogates become well-formed, large texts and many keys are refused', () => {
  assert.equal(toJson({ a: '\ud800x', '\udc00': '😀' }, 'call'), '{"a":"\ufffdx","\ufffd":"😀"}')
  assert.throws(() => toJson({ a: 'x'.repeat(200_000) }, 'call'), { code: 'E_TOO_LARGE', executed: 'no' })
  refused(Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`k${n}`, 1])), '', /members/)
})

test('J4: an own __proto__ is refused and changes no prototype', () => {
  refused(JSON.parse('{"a":{"__proto__":{"polluted":1}}}'), 'a.__proto__')
  assert.equal(/** @type {any} */ ({}).polluted, undefined)
})

test('J5: sparse and endless arrays are refused before they are walked', () => {
  const started = performance.now()
  for (const list of [new Array(1_000_000), new Array(2 ** 32 - 1), Array.from({ length: 1_000_000 }, () => 0), new Array(60_000).fill('long enough')]) {
    assert.throws(() => toJson({ list }, 'call'), { code: 'E_TOO_LARGE' })
  }
  assert.ok(performance.now() - started < 1_000)
})

test('J8: frozen input is read and nothing is changed', () => {
  const value = Object.freeze({ list: Object.freeze([1, Object.seal({ a: 1 })]) })
  assert.equal(toJson(value, 'call'), '{"list":[1,{"a":1}]}')
})

test('objects of another realm are read like ours', () => {
  const foreign = runInNewContext('({ a: [1, { b: "c" }], when: new Date(0) })')
  assert.equal(toJson(foreign, 'call'), JSON.stringify(foreign))
})

test('J8: what is changed after the call is not what is sent', async (t) => {
  const { host, sm } = await pair(t)
  const notice = /** @type {any} */ ({ type: 'CREATE_NOTIFICATION', header: 'before', text: 't' })
  /** @type {any[]} */
  const seen = []
  host.on('notification', (payload) => void seen.push(payload))
  const call = sm.send('show_notification', notice)
  notice.header = 'after'
  await call
  await until(() => seen.length > 0)
  assert.equal(seen[0].header, 'before')
})

test('J1 to J5 reject the call and leave the link up', async (t) => {
  const { sm } = await pair(t)
  const hostile = [
    { a: 1n }, { a: () => {} }, { a: NaN }, { a: new Map() }, 'text', 7, [], null, JSON.parse('{"__proto__":{}}'),
    { constructor: 'x' }, { ['a'.repeat(129)]: 'x' },
  ]
  for (const attributes of hostile) {
    await assert.rejects(sm.updateContact(/** @type {any} */ (attributes)), { code: 'E_BAD_REQUEST', executed: 'no' })
  }
  await assert.rejects(sm.updateContact({ a: 'x'.repeat(140_000) }), { code: 'E_TOO_LARGE' })
  await assert.rejects(sm.updateContact({ a: 'ü'.repeat(100_000) }), { code: 'E_TOO_LARGE' })
  assert.equal((await sm.getUser()).name, 'Ben')
})

test('J7: polluted prototypes do not break the SDK', async () => {
  const child = fork(new URL('polluted.js', import.meta.url), { stdio: 'inherit', timeout: 10_000 })
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
})
