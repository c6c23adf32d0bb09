// @ts-nocheck: hands in what does not compile, on purpose.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SmartAgent, SmartAgentError } from '../../index.js'
import { Scripted, turn } from './scripted.js'

async function ready(options = {}) {
  const native = new Scripted()
  const sm = new SmartAgent({ transport: native.transport, ...options })
  await sm.init()
  return { native, sm }
}
const warnings = []
process.on('warning', (warning) => warnings.push(warning))

test('concurrent calls of init share one promise and one connection', async () => {
  const native = new Scripted()
  const sm = new SmartAgent({ transport: native.transport })
  assert.equal(sm.state, 'idle')
  const first = sm.init()
  assert.equal(sm.state, 'connecting')
  assert.equal(sm.init(), first)
  assert.equal((await first).companyId, 'acme')
  assert.equal((await first).session, undefined)
  assert.equal(sm.init(), first)
  assert.equal(native.calls.filter(([kind]) => kind === 'init').length, 1)
  await sm.close()
})

test('a listener gets the payload and the meta of its event', async () => {
  const { native, sm } = await ready()
  const got = []
  sm.on('incoming_call', (payload, meta) => got.push([payload, meta]))
  native.event('incoming_call', 7, { contactId: 'c' })
  await turn()
  assert.deepEqual(got, [[
    { contactId: 'c' },
    { event: 'incoming_call', id: 's_1:7', seq: 7, timestamp: 1_007, replayed: false, source: 'host' },
  ]])
  await sm.close()
})

test('the native side learns of the first and the last listener of an event only', async () => {
  const { native, sm } = await ready()
  const undo = sm.on('on_hold', () => {})
  sm.on('on_hold', () => {}, {})
  const heard = () => native.calls.filter(([kind]) => kind === 'listen')
  assert.deepEqual(heard(), [['listen', 'on_hold', true]])
  undo()
  assert.equal(heard().length, 1)
  assert.equal(sm.off('on_hold'), true)
  assert.equal(sm.off('on_hold'), false)
  assert.deepEqual(heard()[1], ['listen', 'on_hold', false])
  await sm.close()
})

test('the same pair of event and listener is called once', async () => {
  const { native, sm } = await ready()
  let calls = 0
  const listener = () => void calls++
  sm.on('on_hold', listener)
  const undo = sm.on('on_hold', listener)
  native.event('on_hold', 1)
  await turn()
  assert.equal(calls, 1)
  undo()
  native.event('on_hold', 2)
  await turn()
  assert.equal(calls, 1)
  await sm.close()
})

test('once hears one event, and on afterwards keeps the listener', async () => {
  const { native, sm } = await ready()
  let calls = 0
  const listener = () => void calls++
  sm.once('on_hold', listener)
  native.event('on_hold', 1)
  native.event('on_hold', 2)
  await turn()
  assert.equal(calls, 1)
  sm.once('on_hold', listener)
  sm.on('on_hold', listener)
  native.event('on_hold', 3)
  native.event('on_hold', 4)
  await turn()
  assert.equal(calls, 3)
  await sm.close()
})

test('a listener that throws or rejects is reported and stops nobody else', async () => {
  const { native, sm } = await ready()
  const errors = []
  let others = 0
  const thrown = new Error('boom')
  sm.on('on_hold', () => { throw thrown })
  sm.on('on_hold', async () => { throw thrown })
  sm.on('on_hold', () => void others++)
  sm.on('error', (error) => void errors.push(error))
  sm.on('error', () => { throw new Error('in the error listener') })
  native.event('on_hold', 1)
  await turn()
  assert.equal(others, 1)
  assert.equal(errors.length, 2)
  for (const error of errors) {
    assert.ok(error instanceof SmartAgentError)
    assert.equal(error.code, 'E_INTERNAL')
    assert.equal(error.cause, thrown)
  }
  assert.ok(warnings.some(({ message }) => message.includes('in the error listener')))
  await sm.close()
})

test('an error that nobody listens to is a warning of the process', async () => {
  const { native, sm } = await ready()
  sm.on('on_hold', () => { throw new Error('unheard boom') })
  native.event('on_hold', 1)
  await turn()
  assert.ok(warnings.some(({ name, message }) => name === 'SmartAgentWarning' && message.includes('unheard boom')))
  await sm.close()
})

test('listeners may add, remove and close while they are called', async () => {
  const { native, sm } = await ready()
  const order = []
  const self = () => { order.push('self'); sm.off('on_hold', self) }
  sm.on('on_hold', self)
  sm.on('on_hold', () => {
    order.push('adder')
    sm.on('on_hold', () => void order.push('late'))
    undo()
  })
  const undo = sm.on('on_hold', () => void order.push('removed'))
  native.event('on_hold', 1)
  await turn()
  assert.deepEqual(order, ['self', 'adder'])
  sm.on('on_hold', () => void sm.close())
  sm.on('off_hold', () => void order.push('after close'))
  native.push({ kind: 'event', event: 'on_hold', seq: 2, timestamp: 1, payload: {} }, { kind: 'event', event: 'off_hold', seq: 3, timestamp: 1, payload: {} })
  await turn()
  assert.ok(!order.includes('after close'))
  assert.equal(sm.state, 'closed')
})

test('a flood is handed out in slices, in order, while timers run', async (t) => {
  const { native, sm } = await ready()
  t.after(() => sm.close())
  const seen = []
  let ticks = 0
  const timer = setInterval(() => ticks++, 1)
  sm.on('on_hold', (_, { seq }) => {
    seen.push(seq)
    for (const end = performance.now() + 0.1; performance.now() < end;);
  })
  for (let seq = 1; seq <= 200; seq++) native.event('on_hold', seq)
  while (seen.length < 200) await turn()
  clearInterval(timer)
  assert.deepEqual(seen, Array.from({ length: 200 }, (_, index) => index + 1))
  assert.ok(ticks >= 5, `${ticks} ticks`)
})

test('an unknown name is an error that names the closest one', async () => {
  const sm = new SmartAgent({ transport: new Scripted().transport })
  assert.throws(() => sm.on('incomming_call', () => {}), { code: 'E_UNKNOWN_EVENT', message: /"incoming_call"/ })
  assert.throws(() => sm.off('redy'), { code: 'E_UNKNOWN_EVENT', message: /"ready"/ })
  await assert.rejects(sm.waitFor('call-ended'), { code: 'E_UNKNOWN_EVENT', message: /"call_ended"/ })
  assert.throws(() => sm.events('toString'), { code: 'E_UNKNOWN_EVENT' })
  await assert.rejects(sm.send('update_contacts', {}), { code: 'E_UNKNOWN_METHOD', message: /"update_contact"/ })
  await assert.rejects(sm.send('get_user'), { code: 'E_UNKNOWN_METHOD' })
  sm.on('acme.order_opened', () => {})
})

test('a listener that is no function is refused, and a hundred of them are a warning', async () => {
  const sm = new SmartAgent({ transport: new Scripted().transport })
  assert.throws(() => sm.on('on_hold', 'f'), (error) => error.code === 'E_BAD_REQUEST' && error.cause instanceof TypeError)
  for (let n = 0; n < 10_000; n++) sm.on('on_hold', () => n)
  await turn()
  assert.equal(warnings.filter(({ code }) => code === 'SMARTAGENT_LISTENERS').length, 1)
})

test('a signal removes its listener and leaves nothing on the signal', async () => {
  const { native, sm } = await ready()
  const controller = new AbortController()
  let calls = 0
  sm.on('on_hold', () => void calls++, { signal: controller.signal })
  native.event('on_hold', 1)
  await turn()
  controller.abort()
  native.event('on_hold', 2)
  await turn()
  assert.equal(calls, 1)
  sm.on('on_hold', () => void calls++, { signal: controller.signal })
  native.event('on_hold', 3)
  await turn()
  assert.equal(calls, 1)
  await sm.close()
})

test('waitFor filters, times out, is cancelled and ends with the client', async () => {
  const { native, sm } = await ready()
  const wanted = sm.waitFor('on_hold', { filter: ({ n }) => n === 2 })
  native.event('on_hold', 1, { n: 1 })
  native.event('on_hold', 2, { n: 2 })
  assert.deepEqual(await wanted, { n: 2 })
  await assert.rejects(sm.waitFor('on_hold', { timeoutMs: 5 }), { code: 'E_TIMEOUT' })
  const reason = new Error('enough')
  await assert.rejects(sm.waitFor('on_hold', { signal: AbortSignal.abort(reason) }), { code: 'E_CANCELLED', cause: reason })
  const controller = new AbortController()
  const cancelled = sm.waitFor('on_hold', { signal: controller.signal })
  controller.abort(reason)
  await assert.rejects(cancelled, { code: 'E_CANCELLED', cause: reason })
  await assert.rejects(Promise.all([
    sm.waitFor('on_hold', { filter: () => { throw reason } }), native.event('on_hold', 3),
  ]), reason)
  const forever = sm.waitFor('off_hold')
  const closed = sm.waitFor('closed')
  forever.catch(() => {})
  await sm.close()
  await assert.rejects(forever, { code: 'E_CLOSED' })
  assert.equal((await closed).code, 1000)
  await assert.rejects(sm.waitFor('on_hold'), { code: 'E_CLOSED' })
  assert.equal(sm.off('on_hold'), false)
  assert.equal(sm.off('off_hold'), false)
})

test('an iterator yields payloads, ends with the client and says when it was read too slowly', async () => {
  const { native, sm } = await ready()
  const got = []
  const reading = (async () => { for await (const payload of sm.events('on_hold')) got.push(payload.n) })()
  native.event('on_hold', 1, { n: 1 })
  native.event('on_hold', 2, { n: 2 })
  await turn()
  const slow = sm.events('off_hold')
  for (let seq = 3; seq < 3 + 1_025; seq++) native.event('off_hold', seq, { seq })
  await turn()
  while (native.calls.at(-1)[2] !== false) await turn()
  let held = 0
  await assert.rejects(async () => { for await (const _ of slow) held++ }, { code: 'E_OVERFLOW' })
  assert.equal(held, 1_024)
  const left = sm.events('off_hold')
  for await (const _ of [1]) await left.return()
  assert.deepEqual(await left.next(), { value: undefined, done: true })
  await sm.close()
  await reading
  assert.deepEqual(got, [1, 2])
})

test('replay tells the live state once and drops the buffered copy of it', async () => {
  const { native, sm } = await ready()
  const got = []
  sm.on('incoming_call', ({ contactId }, { replayed, id }) => got.push([contactId, replayed, id]), { replay: true })
  native.event('incoming_call', 1, { contactId: 'a' }, 500)
  native.event('incoming_call', 2, { contactId: 'gone' }, 400)
  await turn()
  assert.deepEqual(got, [])
  const [, id, , payload] = native.requests('$live')[0]
  assert.deepEqual(payload, { event: 'incoming_call' })
  native.push({ kind: 'settled', id, result: { events: [{ timestamp: 500, payload: { contactId: 'a' } }] } })
  native.event('incoming_call', 3, { contactId: 'b' }, 900)
  await turn()
  assert.deepEqual(got, [['a', true, 's_1:0:1'], ['gone', false, 's_1:2'], ['b', false, 's_1:3']])
  await sm.close()
})

test('replay that was asked for before init is done as soon as the client is ready', async () => {
  const native = new Scripted()
  const sm = new SmartAgent({ transport: native.transport })
  sm.on('call_started', () => {}, { replay: true })
  assert.equal(native.requests('$live').length, 0)
  await sm.init()
  assert.equal(native.requests('$live').length, 1)
  await sm.close()
})

test('a replay that was asked for before a close is done after the next init', async () => {
  const native = new Scripted()
  native.autoInit = false
  const sm = new SmartAgent({ transport: native.transport })
  const got = []
  sm.on('call_started', ({ contactId }) => got.push(contactId), { replay: true })
  sm.init().catch(() => {})
  await sm.close()
  native.autoInit = true
  await sm.init()
  await turn()
  const [[, id]] = native.requests('$live')
  native.push({ kind: 'settled', id, result: { events: [] } })
  native.event('call_started', 1, { contactId: 'c' })
  await turn()
  assert.deepEqual(got, ['c'])
  await sm.close()
})

test('a replay whose listener was removed before ready is not asked for', async () => {
  const native = new Scripted()
  const sm = new SmartAgent({ transport: native.transport })
  for (let round = 0; round < 3; round++) sm.on('call_started', () => {}, { replay: true })()
  await sm.init()
  await turn()
  assert.equal(native.requests('$live').length, 0)
  await sm.close()
})

test('the last word counts: a close after an init that waits for a close ends it', async () => {
  const { native, sm } = await ready()
  const closed = sm.close()
  const again = closed.then(() => sm.close())
  const started = sm.init().then(() => 'ready', ({ code }) => code)
  await again
  assert.equal(await started, 'E_CLOSED')
  assert.equal(sm.state, 'closed')
  assert.equal(native.calls.filter(([kind]) => kind === 'init').length, 1)
})

test('an iterator that was overrun or aborted throws once and is done then', async () => {
  const { sm } = await ready()
  const controller = new AbortController()
  const iterator = sm.events('on_hold', { signal: controller.signal })
  const first = iterator.next()
  const second = iterator.next()
  controller.abort()
  await assert.rejects(first, { code: 'E_CANCELLED' })
  assert.deepEqual(await second, { value: undefined, done: true })
  assert.deepEqual(await iterator.next(), { value: undefined, done: true })
  await sm.close()
})

test('waitFor asks its filter no more once it has what it waits for', async () => {
  const { native, sm } = await ready()
  let asked = 0
  const found = sm.waitFor('on_hold', { filter: () => ++asked > 0 })
  await turn()
  native.event('on_hold', 1, { contactId: 'a' })
  native.event('on_hold', 2, { contactId: 'b' })
  assert.equal((await found).contactId, 'a')
  await turn()
  assert.equal(asked, 1)
  await sm.close()
})
