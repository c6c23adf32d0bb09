import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { SmartAgent } from '../../index.js'
import { SmartAgentHost } from '../../host.js'
import { ALL, FIRST, NOTHING, sightOf } from '../../js/sight.js'
import { idle, user } from '../desk.js'

const SLEEP = new Int32Array(new SharedArrayBuffer(4))
const EVENT = 'next_status'
/** @param {number} number */
const status = (number) => ({ nextState: { ...idle, name: `state ${number}` }, previous: null, current: idle })

/** A client, and what sends it events that are all there before the first one is delivered. @param {import('node:test').TestContext} t */
async function pair(t) {
  const host = new SmartAgentHost({ user, companyId: 'acme' })
  t.after(() => host.close())
  const { url } = await host.listen({ port: 0 })
  const sm = new SmartAgent({ url, token: host.token })
  t.after(() => sm.close())
  await sm.init()
  const send = async (/** @type {string} */ event, /** @type {any[]} */ payloads) => {
    const sent = payloads.map((payload) => host.emit(event, payload))
    await Promise.all(sent)
    Atomics.wait(SLEEP, 0, 0, 100)
  }
  return { sm, send, statuses: (/** @type {number} */ count) => send(EVENT, Array.from({ length: count }, (_, at) => status(at))) }
}

test('only arrow functions whose parameters are none, or one plain name, count as ones that cannot look at the rest', () => {
  function declared() {}
  const patched = Object.assign(function () {}, { toString: () => '() => {}' })
  Object.defineProperty(patched, Symbol.toPrimitive, { get: () => () => '() => {}' })
  class Listener {
    method() {}
    static '() => {}'() {}
    field = () => {}
    get arrow() { return () => arguments }
  }
  const listener = new Listener()
  const blind = [
    () => {}, () => 1, async () => {}, async  ()  =>  {}, ( ) => {}, (
    ) => {}, (/* ) */) => {}, listener.field, listener.arrow, eval('()=>0'), eval('async()=>0'), eval('async/* x => */( /**/ )/***/=>0'),
  ]
  const first = [
    (/** @type {any} */ _) => {}, async (/** @type {any} */ _) => {}, eval('_ => {}'), eval('$a1 => {}'), eval('async _ => {}'), eval('async => {}'), eval('asyncs => {}'),
    eval('(async) => {}'), eval('(x) => (a, b) => {}'), eval('async/**/ x/* ( */=> (a, b) => {}'), eval('(x/* , y */)=>0'),
  ]
  const looking = [
    declared, function () {}, async function () {}, function* () {}, async function* () {}, patched, listener.method, Listener['() => {}'], Listener, class {},
    (/** @type {any} */ _a, /** @type {any} */ _b) => {}, (/** @type {any[]} */ ..._) => {}, (_ = 1) => {}, ({ a } = { a: 1 }) => a, ([a] = [1]) => a,
    eval('(x,) => {}'), eval('(x = function () { return arguments }) => {}'), eval('(// x\n) => {}'), eval('(\\u0061) => {}'), eval('(é) => {}'), (() => {}).bind(null),
    new Proxy(() => {}, {}), new Proxy((/** @type {any} */ _) => {}, {}), console.log, Math.max, Function('return () => {}'), Function('x', 'return 1'),
    { async() {} }.async, { async(/** @type {any} */ _) {} }.async, { '() => {}': function () {} }['() => {}'], { get() {} }.get, { *'()'() {} }['()'],
    eval('({ "()"() { return "=>" } })["()"]'), eval('({ x() { return () => 1 } }).x'), Object.getOwnPropertyDescriptor({ get x() { return 1 } }, 'x')?.get,
  ]
  for (const [sight, calls] of /** @type {[number, any[]][]} */ ([[NOTHING, blind], [FIRST, first], [ALL, looking]])) {
    for (const call of calls) assert.equal(sightOf(call), sight, String(call))
  }
})

test('a listener that looks and comes in the middle of a batch gets every payload from the next event on', async (t) => {
  const { sm, statuses } = await pair(t)
  /** @type {any[][]} */
  const seen = []
  let heard = 0
  let stop = () => {}
  const look = (/** @type {any} */ payload, /** @type {any} */ meta) => void seen.push([payload, meta])
  sm.on(EVENT, () => {
    heard++
    if (heard === 3 || heard === 20) stop = sm.on(EVENT, look)
    if (heard === 9) sm.off(EVENT, look)
    if (heard === 25) stop()
  })
  await statuses(60)
  while (heard < 60) await setImmediate()
  const numbers = seen.map(([payload]) => Number(payload.nextState.name.slice(6)))
  assert.deepEqual(numbers, [3, 4, 5, 6, 7, 20, 21, 22, 23])
  for (const [payload, meta] of seen) {
    const number = Number(payload.nextState.name.slice(6))
    assert.deepEqual(payload, status(number))
    assert.equal(meta.event, EVENT)
    assert.equal(meta.seq - seen[0][1].seq, number - 3)
    assert.equal(typeof meta.timestamp, 'number')
  }
})

test('a listener that wants the second argument gets it, beside one that wants the first alone and after it', async (t) => {
  const { sm, statuses } = await pair(t)
  /** @type {any[]} */
  const metas = []
  let heard = 0
  const curious = (/** @type {any} */ payload, /** @type {any} */ meta) => void metas.push([payload.nextState.name, meta])
  sm.on(EVENT, (payload) => {
    assert.deepEqual(payload, status(heard))
    if (++heard === 2) sm.on(EVENT, curious)
    if (heard === 4) sm.off(EVENT, curious)
    if (heard === 6) sm.once(EVENT, function () { metas.push([arguments[0].nextState.name, arguments[1]]) })
  })
  await statuses(10)
  while (heard < 10) await setImmediate()
  assert.deepEqual(metas.map(([name]) => name), ['state 2', 'state 6'])
  for (const [, meta] of metas) {
    assert.deepEqual(Object.keys(meta), ['event', 'id', 'seq', 'timestamp', 'replayed', 'source'])
    assert.ok(meta.id.endsWith(`:${meta.seq}`))
  }
  assert.equal(metas[1][1].seq - metas[0][1].seq, 4)
})

test('iterators, waits, replays and listeners for one event see payloads beside one that does not look', async (t) => {
  const { sm, statuses } = await pair(t)
  let [heard, replayed, once] = [0, 0, 0]
  sm.on(EVENT, () => void heard++)
  sm.on(EVENT, () => void replayed++, { replay: true })
  sm.once(EVENT, () => void once++)
  const iterator = sm.events(EVENT)
  const waited = sm.waitFor(EVENT, { filter: (payload) => payload.nextState.name === 'state 7' })
  await statuses(10)
  for (let number = 0; number < 10; number++) assert.deepEqual((await iterator.next()).value, status(number))
  assert.deepEqual(await waited, status(7))
  await iterator.return()
  await statuses(10)
  while (heard < 20) await setImmediate()
  assert.deepEqual([heard, once], [20, 1])
  assert.ok(replayed >= 10, `${replayed}`)
})

test("a desktop's own event and one with members of a later version are looked at late, too", async (t) => {
  const { sm, send } = await pair(t)
  for (const [event, payload] of /** @type {[string, any][]} */ ([['acme.order_opened', { order: { id: 7 }, tags: ['a', 'é'] }], [EVENT, { later: { x: [1] }, ...status(1) }]])) {
    /** @type {any[]} */
    const seen = []
    let heard = 0
    sm.on(event, () => {
      if (++heard === 2) sm.on(event, (/** @type {any} */ given) => void seen.push(given))
    })
    await send(event, Array(5).fill(payload))
    while (heard < 5) await setImmediate()
    assert.deepEqual(seen, Array(3).fill(payload))
  }
})

test('a listener that does not look is called for what came before it, after a new connection, and not after close()', async (t) => {
  const { sm, statuses } = await pair(t)
  let heard = 0
  await statuses(5)
  sm.on(EVENT, () => void heard++)
  while (heard < 5) await setImmediate()
  await sm.close()
  await sm.init()
  await statuses(5)
  while (heard < 10) await setImmediate()
  /** @type {any} */
  let seen
  sm.on(EVENT, (payload) => (seen = payload))
  await statuses(1)
  while (heard < 11) await setImmediate()
  assert.deepEqual(seen, status(0))
  await sm.close()
  await statuses(1).catch(() => {})
  assert.equal(heard, 11)
})

test('where Function.prototype.toString was replaced before the SDK was loaded, every listener looks', async () => {
  const { Worker } = await import('node:worker_threads')
  const worker = new Worker(`
    const { toString } = Function.prototype
    Function.prototype.toString = function () { return this === looks ? '() => {}' : toString.call(this) }
    const looks = (payload) => payload
    import(${JSON.stringify(new URL('../../js/sight.js', import.meta.url).href)}).then(({ ALL, sightOf }) =>
      require('node:worker_threads').parentPort.postMessage([sightOf(looks) === ALL, sightOf(() => {}) === ALL]))
  `, { eval: true })
  const [answer] = await once(worker, 'message')
  assert.deepEqual(answer, [true, true])
})
