import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { SmartAgent } from '../../index.js'
import { SmartAgentHost } from '../../host.js'
import { isSightless } from '../../js/sight.js'
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

test('only an arrow function without parameters counts as one that cannot look', () => {
  function declared() {}
  const patched = Object.assign((/** @type {any} */ payload) => payload, { toString: () => '() => {}' })
  Object.defineProperty(patched, Symbol.toPrimitive, { get: () => () => '() => {}' })
  class Listener {
    method() {}
    static '() => {}'() {}
    field = () => {}
    get arrow() { return () => arguments }
  }
  const listener = new Listener()
  const blind = [() => {}, () => 1, async () => {}, async  ()  =>  {}, ( ) => {}, (
  ) => {}, listener.field, listener.arrow, eval('()=>0'), eval('async()=>0')]
  for (const call of blind) assert.equal(isSightless(call), true, String(call))
  const looking = [
    declared, function () {}, async function () {}, function* () {}, async function* () {}, patched, listener.method, Listener['() => {}'], Listener, class {},
    (/** @type {any} */ _) => {}, (/** @type {any[]} */ ..._) => {}, (_ = 1) => {}, ({ a } = { a: 1 }) => a, ([a] = [1]) => a, async (/** @type {any} */ _) => {}, eval('_ => {}'), eval('async _ => {}'),
    (/* none */) => {}, /* before */ eval('(/**/) => {}'), (() => {}).bind(null), new Proxy(() => {}, {}), console.log, Math.max, Function('return () => {}'),
    { async() {} }.async, { '() => {}': function () {} }['() => {}'], { get() {} }.get, { *'()'() {} }['()'], eval('({ "()"() { return "=>" } })["()"]'),
    Object.getOwnPropertyDescriptor({ get x() { return 1 } }, 'x')?.get,
  ]
  for (const call of looking) assert.equal(isSightless(/** @type {any} */ (call)), false, String(call))
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
    import(${JSON.stringify(new URL('../../js/sight.js', import.meta.url).href)}).then(({ isSightless }) =>
      require('node:worker_threads').parentPort.postMessage([isSightless(looks), isSightless(() => {})]))
  `, { eval: true })
  const [answer] = await once(worker, 'message')
  assert.deepEqual(answer, [false, false])
})
