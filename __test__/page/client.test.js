// @ts-nocheck: hands in what does not compile, on purpose.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SmartAgent, SmartAgentError, messagePort, websocket } from '../../js/browser/index.js'
import { contact, incoming, snapshot, turn, until } from '../desk.js'
import { desk, page } from './desk.js'
import { Frame, pageEvent } from './frame.js'

/** A page that is ready. */
async function ready(t, options, hostOptions, attach) {
  const { host, frame } = desk(t, hostOptions)
  const where = frame(attach)
  const sm = page(t, where, options)
  const facts = await sm.init()
  return { host, sm, frame: where, facts }
}

test('init resolves with what the desktop grants and knows, and is shared', async (t) => {
  const { host, sm, facts, frame } = await ready(t, { plugin: { id: 'acme.crm', type: 'call' } })
  assert.equal(sm.state, 'ready')
  assert.equal(await sm.init(), facts)
  assert.deepEqual(Object.keys(facts).sort(), ['companyId', 'contacts', 'denied', 'focusedContactId', 'granted', 'host', 'plugin', 'protocol', 'user', 'visible'])
  assert.equal(facts.plugin.id, 'acme.crm')
  assert.match(facts.plugin.instance, /^[0-9-]{16,64}$/)
  assert.equal(frame.ports.length, 1)
  const [session] = host.sessions()
  assert.deepEqual([session.carrier, session.origin], ['port', 'https://plugin.example'])
})

test('outside an iframe init rejects in the same tick, and importing did no harm', async () => {
  const sm = new SmartAgent()
  let code
  sm.init().catch((error) => { code = error.code })
  for (let turn = 0; turn < 20; turn++) await null
  assert.equal(code, 'E_NOT_EMBEDDED')
  assert.equal(sm.state, 'idle')
  assert.throws(() => websocket('ws://x'), { code: 'E_UNAVAILABLE', message: /parentWindow/ })
})

test('nobody in the parent window is E_NO_HOST in time, an unknown origin is E_ORIGIN', async (t) => {
  const lonely = new Frame()
  const sm = page(t, lonely, { connectTimeoutMs: 150 })
  await assert.rejects(sm.init(), { code: 'E_NO_HOST', retryable: true })
  assert.equal(sm.state, 'idle')
  const frame = new Frame()
  frame.onpost = (message) => frame.offer(message, new MessageChannel().port2, 'https://other.example')
  await assert.rejects(page(t, frame).init(), { code: 'E_ORIGIN', message: /https:\/\/other\.example.*allowedOrigins/ })
  const { host, frame: make } = desk(t)
  const named = make()
  await assert.rejects(page(t, named, { allowedOrigins: ['https://desk.example'] }).init(), { code: 'E_ORIGIN' })
  assert.equal(host.sessions().length, 0)
})

test('events reach their listeners in order, once per listener, with payload and meta', async (t) => {
  const { host, sm } = await ready(t)
  const got = []
  const listener = (payload, meta) => got.push([payload.contactId, meta])
  const off = sm.on('incoming_call', listener)
  sm.on('incoming_call', listener)
  sm.once('incoming_call', () => got.push(['once']))
  for (let n = 0; n < 600; n++) host.emit('incoming_call', incoming(`c${n}`))
  await until(() => got.length === 601)
  assert.deepEqual(got.filter(([, meta]) => meta).map(([id]) => id), Array.from({ length: 600 }, (_, n) => `c${n}`))
  const { event, id, seq, replayed, source, timestamp } = got[0][1]
  assert.deepEqual([event, seq, replayed, source], ['incoming_call', 1, false, 'host'])
  assert.ok(id.endsWith(':1') && Math.abs(Date.now() - timestamp) < 60_000)
  off()
  assert.equal(sm.off('incoming_call'), false)
  host.emit('incoming_call', incoming('late'))
  await turn(30)
  assert.equal(got.length, 601)
})

test('an event from before its first listener waits for it, and what nobody wants is warned about', async (t) => {
  const { host, sm } = await ready(t)
  host.emit('incoming_call', incoming('early'))
  host.emit('acme.order', { order: 7 })
  await turn(30)
  const seen = []
  assert.equal((await sm.waitFor('incoming_call')).contactId, 'early')
  sm.once('acme.order', ({ order }) => seen.push(order))
  assert.deepEqual(seen, [], 'not inside on()')
  await null
  await null
  assert.deepEqual(seen, [7])
})

test('messages and methods resolve with the answer of the host', async (t) => {
  const { host, sm } = await ready(t)
  host.handle('update_contact', (attributes, { contactId }) => ({ contactId: contactId ?? 'none', initialContactId: null, attributes }))
  host.applySnapshot(snapshot([contact('c1', 'connected')]))
  assert.deepEqual(await sm.updateContact({ 'sa-name': 'Bén "x"' }), { contactId: 'c1', initialContactId: null, attributes: { 'sa-name': 'Bén "x"' } })
  assert.equal((await sm.getUser()).username, 'ben')
  assert.equal(await sm.getCompanyID(), 'acme')
  assert.deepEqual((await sm.getContacts()).map(({ contactId }) => contactId), ['c1'])
  assert.equal((await sm.getContact('c1')).contactId, 'c1')
  assert.equal((await sm.getContact()).contactId, 'c1')
  assert.equal(await sm.getContact('nobody'), null)
  assert.equal(await sm.showPlugin(), undefined)
  assert.equal(await sm.hidePlugin(), undefined)
  assert.equal(await sm.setTitleTag('Three orders'), undefined)
  const { notificationIds } = await sm.send('show_notification', { type: 'CREATE_NOTIFICATION', header: 'h', text: 't' })
  assert.equal(notificationIds.length, 1)
  assert.deepEqual(await sm.sendMessage('update_quick_connects'), { quickConnects: [] })
})

test('an error of the host arrives with its code, issues, key and the stack of the caller', async (t) => {
  const { sm } = await ready(t)
  const bad = await sm.send('show_notification', { type: 'CREATE_NOTIFICATION', heder: 'h' }).catch((error) => error)
  assert.ok(bad instanceof SmartAgentError && bad instanceof Error)
  assert.deepEqual([bad.name, bad.code, bad.executed, bad.retryable], ['SmartAgentError', 'E_BAD_REQUEST', 'no', false])
  assert.ok(bad.issues.length >= 2)
  async function whereTheUserCalled() {
    await sm.updateContact({ a: 'b' }, { contactId: 'nobody' })
  }
  const error = await whereTheUserCalled().catch((e) => e)
  assert.equal(error.code, 'E_NOT_FOUND')
  assert.match(error.stack, /whereTheUserCalled/)
  assert.match(error.idempotencyKey, /^[0-9-]{16,64}$/)
  assert.equal(JSON.parse(JSON.stringify(error)).message, error.message)
})

test('what JSON cannot hold is E_BAD_REQUEST with what was thrown and the key, and nothing is sent', async (t) => {
  const { host, sm } = await ready(t)
  const requests = []
  host.on('request', ({ method }) => requests.push(method))
  const cycle = {}
  cycle.self = cycle
  const thrown = new Error('no')
  for (const payload of [{ a: 1n }, { a: () => 1 }, { a: { b: [0, Symbol('x')] } }, cycle, { get a() { throw thrown } }, { a: { toJSON() { throw thrown } } }]) {
    const error = await sm.updateContact(payload, { idempotencyKey: 'k' }).catch((e) => e)
    assert.deepEqual([error.code, error.idempotencyKey, error.executed], ['E_BAD_REQUEST', 'k', 'no'])
    assert.ok(error.cause instanceof TypeError || error.cause === thrown)
  }
  for (const payload of ['text', null, []]) await assert.rejects(sm.updateContact(payload), { code: 'E_BAD_REQUEST' })
  // What JSON has another form for is for the host to judge.
  for (const payload of [{ a: NaN }, { a: -Infinity }, { a: new Map() }, { a: new Uint8Array(2) }]) {
    await assert.rejects(sm.updateContact(payload, { contactId: 'nobody' }), { code: 'E_BAD_REQUEST', path: 'a' })
  }
  for (const payload of [{ a: new Date(0) }, { a: 'Map NaN Infinity Set]' }, { a: undefined, b: new Proxy({ c: '1' }, {}) }]) {
    await assert.rejects(sm.updateContact(payload), ({ cause }) => cause === undefined)
  }
  assert.deepEqual(requests.length, 0, 'nothing reached a handler')
  await assert.rejects(sm.updateContact({ a: 'x'.repeat(131_072) }), { code: 'E_TOO_LARGE', executed: 'no' })
  assert.equal(sm.state, 'ready')
})

test('lone surrogates become well-formed', async (t) => {
  const { host, sm } = await ready(t)
  host.handle('update_contact', (attributes) => ({ contactId: 'c', initialContactId: null, attributes }))
  host.applySnapshot(snapshot([contact('c1', 'connected')]))
  assert.deepEqual((await sm.updateContact({ a: 'x\ud800' })).attributes, { a: 'x\ufffd' })
})

test('an unknown event and an unknown message are told by the host, what would break the link is refused here', async (t) => {
  const { host, sm } = await ready(t)
  const errors = []
  sm.on('error', ({ code, message }) => errors.push([code, message]))
  for (const event of ['incomming_call', 'nodots', 'toString', '']) {
    errors.length = 0
    sm.on(event, () => {})
    await until(() => errors.length > 0)
    // What is not even the form of a name breaks the rules of the request.
    assert.deepEqual(errors.map(([code]) => code), [/^[a-z_]+$/.test(event) ? 'E_UNKNOWN_EVENT' : 'E_BAD_REQUEST'], event)
    if (event === 'incomming_call') assert.match(errors[0][1], /incoming_call/)
  }
  await assert.rejects(sm.waitFor('incomming_call'), { code: 'E_UNKNOWN_EVENT', message: /incoming_call/ })
  await assert.rejects(sm.events('incomming_call').next(), { code: 'E_UNKNOWN_EVENT' })
  assert.throws(() => sm.on('incoming_call', 'x'), { code: 'E_BAD_REQUEST', message: /function/ })
  const early = page(t, desk(t).frame())
  const told = early.waitFor('error')
  early.on('call_endet', () => {})
  await early.init()
  assert.deepEqual([(await told).code, host.sessions().length], ['E_UNKNOWN_EVENT', 1])
  await assert.rejects(sm.send('updat_contact', {}), { code: 'E_UNKNOWN_METHOD', message: /update_contact/ })
  for (const name of ['a"b', 'Update', '', undefined, 5]) await assert.rejects(sm.send(name, {}), { code: 'E_BAD_REQUEST' })
  for (const timeoutMs of [NaN, Infinity, 4e6]) await assert.rejects(sm.getUser({ timeoutMs }), { code: 'E_BAD_REQUEST', message: /options/ })
  for (const timeoutMs of [0, -1]) await assert.rejects(sm.getUser({ timeoutMs }), { code: 'E_TIMEOUT' })
  for (const idempotencyKey of ['', 'x'.repeat(65)]) await assert.rejects(sm.updateContact({}, { idempotencyKey }), { code: 'E_BAD_REQUEST', executed: 'no' })
  await assert.rejects(sm.updateContact({ a: '1' }, { contactId: 7 }), { code: 'E_BAD_REQUEST' })
  assert.equal(sm.state, 'ready')
})

test('a call that nobody answers times out, an aborted one rejects at once, and the handler learns of both', async (t) => {
  const { host, sm } = await ready(t)
  let aborted = 0
  host.handle('get_user', (_, { signal }) => new Promise(() => signal.addEventListener('abort', () => aborted++)))
  await assert.rejects(sm.getUser({ timeoutMs: 100 }), { code: 'E_TIMEOUT', retryable: true })
  const controller = new AbortController()
  const call = sm.getUser({ signal: controller.signal })
  await turn(20)
  const reason = new Error('changed my mind')
  controller.abort(reason)
  await assert.rejects(call, { code: 'E_CANCELLED', cause: reason, executed: 'unknown' })
  await assert.rejects(sm.getUser({ signal: AbortSignal.abort(reason) }), { code: 'E_CANCELLED', cause: reason, executed: 'no' })
  await until(() => aborted >= 1)
})

test('a listener that throws or rejects is reported once and stops nobody else', async (t) => {
  const { host, sm } = await ready(t)
  const errors = []
  const seen = []
  sm.on('error', (error) => errors.push([error.code, error.cause.message]))
  sm.on('error', () => { throw new Error('in the error listener') })
  sm.on('incoming_call', () => { throw new Error('thrown') })
  sm.on('incoming_call', async () => { throw new Error('rejected') })
  sm.on('incoming_call', ({ contactId }) => seen.push(contactId))
  const warnings = t.mock.method(console, 'warn', () => {})
  host.emit('incoming_call', incoming('a'))
  await until(() => errors.length === 2)
  assert.deepEqual(errors.sort(), [['E_INTERNAL', 'rejected'], ['E_INTERNAL', 'thrown']])
  assert.deepEqual(seen, ['a'])
  await turn(10)
  assert.equal(warnings.mock.callCount(), 2, 'what an error listener throws is only warned about')
})

test('waitFor filters, times out and is cancelled; events() iterates, overflows and ends', async (t) => {
  const { host, sm } = await ready(t)
  const wanted = sm.waitFor('incoming_call', { filter: ({ contactId }) => contactId === 'b' })
  const stream = sm.events('incoming_call')
  host.emit('incoming_call', incoming('a'))
  host.emit('incoming_call', incoming('b'))
  assert.equal((await wanted).contactId, 'b')
  const seen = []
  for await (const { contactId } of stream) {
    seen.push(contactId)
    if (seen.length === 2) break
  }
  assert.deepEqual(seen, ['a', 'b'])
  await assert.rejects(sm.waitFor('call_ended', { timeoutMs: 20 }), { code: 'E_TIMEOUT' })
  await assert.rejects(sm.waitFor('call_ended', { signal: AbortSignal.abort('x') }), { code: 'E_CANCELLED', cause: 'x' })
  const failing = sm.waitFor('incoming_call', { filter: () => { throw new Error('filter') } })
  const pending = sm.events('incoming_call')
  const next = pending.next()
  await pending.return()
  assert.deepEqual(await next, { value: undefined, done: true })
  const slow = sm.events('incoming_call')
  let arrived = 0
  sm.on('incoming_call', () => arrived++)
  for (let n = 0; n < 600; n++) host.emit('incoming_call', incoming(`n${n}`))
  await assert.rejects(failing, /filter/)
  await until(() => arrived === 600)
  for (let n = 0; n < 600; n++) host.emit('incoming_call', incoming(`m${n}`))
  await until(() => arrived === 1_200)
  let count = 0
  await assert.rejects(async () => { for await (const _ of slow) count++ }, { code: 'E_OVERFLOW' })
  assert.equal(count, 1_024)
  const last = sm.waitFor('call_ended')
  const open = sm.events('call_ended').next()
  await sm.close()
  await assert.rejects(last, { code: 'E_CLOSED' })
  assert.equal((await open).done, true)
})

test('a late listener with replay hears the state that is live, and nothing twice', async (t) => {
  const { host, sm } = await ready(t)
  host.applySnapshot(snapshot([contact('c1')]))
  await turn(30)
  const got = []
  sm.on('incoming_call', ({ contactId }, { replayed }) => got.push([contactId, replayed]), { replay: true })
  await until(() => got.length > 0)
  await turn(30)
  assert.deepEqual(got, [['c1', true]])
  const before = page(t, desk(t).frame())
  before.on('incoming_call', () => got.push('never'), { replay: true })
  await before.init()
  await turn(30)
  assert.equal(got.length, 1)
})

test('what is not granted is reported when it is listened to', async (t) => {
  const { sm } = await ready(t, { want: { scopes: ['ui:notify'] } })
  const errors = []
  sm.on('error', ({ code, message }) => errors.push([code, message]))
  sm.on('incoming_call', () => {})
  sm.on('acme.order', () => {})
  await until(() => errors.length > 0)
  sm.on('acme.order', () => {})
  await turn(30)
  assert.deepEqual(errors.map(([code]) => code), ['E_FORBIDDEN'])
  assert.match(errors[0][1], /incoming_call.*call:observe/)
})

test('calls before init and after close reject, calls while connecting wait', async (t) => {
  const { frame } = desk(t)
  const sm = page(t, frame())
  await assert.rejects(sm.getUser(), { code: 'E_NOT_READY', executed: 'no' })
  const init = sm.init()
  assert.equal((await sm.getUser()).name, 'Ben')
  await init
  await sm.close()
  await assert.rejects(sm.getUser(), { code: 'E_CLOSED' })
  assert.equal(sm.state, 'closed')
})

test('close settles what is open, tells closed, ends the session and is silent afterwards', async (t) => {
  const { host, sm } = await ready(t)
  const told = []
  sm.on('closed', ({ code }) => told.push(code))
  sm.on('incoming_call', () => told.push('call'))
  host.handle('get_user', () => new Promise(() => {}))
  const open = sm.getUser()
  open.catch(() => {})
  await turn(20)
  host.emit('incoming_call', incoming('late'))
  await sm.close()
  await assert.rejects(open, { code: 'E_CLOSED', executed: 'unknown' })
  await turn(30)
  assert.deepEqual(told, [1000])
  assert.deepEqual(host.sessions(), [])
  await sm.close()
})

test('init, close and init again keep the listeners, and each event comes once', async (t) => {
  const { host, frame } = desk(t)
  const sm = page(t, frame())
  const got = []
  sm.on('incoming_call', ({ contactId }) => got.push(contactId))
  const first = sm.init()
  const closing = sm.close()
  const second = sm.init()
  await assert.rejects(first, { code: 'E_CLOSED' })
  await closing
  await second
  host.emit('incoming_call', incoming('a'))
  await until(() => got.length > 0)
  await turn(20)
  assert.deepEqual(got, ['a'])
})

test('a second live SmartAgent of the document is E_CONFLICT until the first was closed', async (t) => {
  const { frame } = desk(t)
  const where = frame()
  const [first, second] = [page(t, where), page(t, where)]
  await first.init()
  await assert.rejects(second.init(), { code: 'E_CONFLICT' })
  await second.close()
  assert.equal((await first.getUser()).name, 'Ben')
  first.close()
  await second.init()
  assert.equal(second.state, 'ready')
})

test('a host that goes away for a moment: one interrupted, a new knock, one resync, open calls settle', async (t) => {
  const { host, sm, frame } = await ready(t)
  const told = []
  for (const event of ['interrupted', 'ready', 'resync', 'error']) sm.on(event, (payload) => told.push([event, payload]))
  host.handle('get_user', () => new Promise(() => {}))
  const open = sm.getUser()
  open.catch(() => {})
  await turn(20)
  frame.ports[0].postMessage('{"type":"goodbye","closeCode":4001,"reason":"host restarting","resume":true,"retryAfterMs":50}')
  await until(() => sm.state === 'interrupted')
  const queued = sm.getCompanyID()
  queued.catch(() => {})
  await until(() => sm.state === 'ready')
  await assert.rejects(open, { code: 'E_OUTCOME_UNKNOWN', executed: 'unknown', retryable: true })
  await assert.rejects(queued, { code: 'E_UNAVAILABLE', executed: 'no' })
  await turn(20)
  assert.deepEqual(told.map(([event]) => event), ['interrupted', 'ready', 'resync'])
  assert.deepEqual(told[0][1], { code: 4001, reason: 'host restarting' })
  const { reason, snapshot: now, unsettled } = told[2][1]
  assert.deepEqual([reason, now.companyId, unsettled], ['new', 'acme', 2])
  assert.equal(await sm.getCompanyID(), 'acme')
  assert.equal(frame.ports.length, 2)
})

test('a port that is closed at the other end is knocked for again', async (t) => {
  const { sm, frame } = await ready(t)
  frame.ports[0].close()
  await until(() => sm.state === 'interrupted')
  await until(() => sm.state === 'ready')
  assert.equal(await sm.getCompanyID(), 'acme')
})

test('a hidden page says goodbye, and one that comes back knocks again', async (t) => {
  const { host, sm, frame } = await ready(t)
  const resyncs = []
  sm.on('resync', ({ unsettled }) => resyncs.push(unsettled))
  frame.dispatchEvent(pageEvent('pagehide', { persisted: true }))
  assert.equal(sm.state, 'interrupted')
  await until(() => host.sessions().length === 0)
  frame.dispatchEvent(pageEvent('pageshow', { persisted: true }))
  await until(() => sm.state === 'ready')
  assert.deepEqual(resyncs, [0])
  await sm.close()
  frame.dispatchEvent(pageEvent('pagehide', { persisted: true }))
  frame.dispatchEvent(pageEvent('pageshow', { persisted: true }))
  await turn(20)
  assert.equal(sm.state, 'closed')
})

test('a host that removes the plugin ends it; without reconnect so does any loss', async (t) => {
  const { host, sm } = await ready(t)
  const closed = sm.waitFor('closed')
  host.remove(host.sessions()[0].session)
  assert.equal((await closed).code, 4513)
  assert.equal(sm.state, 'closed')
  const { sm: once, frame } = await ready(t, { reconnect: false })
  frame.ports[0].close()
  await once.waitFor('closed')
  assert.equal(once.state, 'closed')
})

test('a token function is asked, and its failure is E_AUTH; a refused token is E_AUTH too', async (t) => {
  const seen = []
  const options = { authenticate: (token) => { seen.push(token); return token === 't1' ? {} : null } }
  const { sm } = await ready(t, { token: async () => 't1' }, options)
  assert.equal(sm.state, 'ready')
  const where = desk(t, options).frame()
  await assert.rejects(page(t, where, { token: () => { throw new Error('vault') } }).init(), { code: 'E_AUTH' })
  assert.deepEqual(seen.filter((token) => token), seen.includes('t1') ? ['t1'] : [])
})

test('what breaks the protocol ends the link, and a silent host is still answered', async (t) => {
  const frames = []
  const raw = new Frame()
  let port
  raw.onpost = (message) => {
    const channel = new MessageChannel()
    port = channel.port1
    port.onmessage = ({ data }) => frames.push(JSON.parse(data))
    raw.offer(message, channel.port2, 'http://localhost:1')
    raw.onpost = undefined
  }
  t.after(() => port.close())
  const sm = page(t, raw)
  const init = sm.init()
  await until(() => frames.length === 1)
  const { plugin, sdk, versions, type } = frames[0]
  assert.deepEqual([type, versions, sdk.name, Object.keys(plugin)], ['hello', [1], 'smartagent-plugin-sdk', ['instance']])
  const welcome = {
    type: 'welcome', version: 1, session: 's', resumeToken: 'r', resumed: false, reason: 'new', received: 0, plugin: { id: 'p' }, granted: [], denied: [],
    limits: { maxFrameBytes: 131072, window: 2, windowBytes: 1048576, ratePerSecond: 20, burst: 3 }, heartbeat: { intervalMs: 15000, timeoutMs: 10000 },
    resumeWindowMs: 0, time: 0, host: { name: 'h', version: '1', source: 'host' }, snapshot: { user: null, companyId: null, contacts: [], focusedContactId: null, visible: true },
  }
  const say = (frame) => port.postMessage(JSON.stringify(frame))
  say(welcome)
  await init
  say({ type: 'ping', n: 3 })
  await until(() => frames.length === 2)
  assert.deepEqual(frames[1], { type: 'pong', n: 3, ack: 0 })
  const calls = Array.from({ length: 5 }, () => sm.getUser().catch(({ code }) => code))
  await until(() => frames.length >= 4)
  assert.deepEqual(frames.slice(2).map(({ seq, id, method }) => [seq, id, method]), [[1, 'q1', 'get_user'], [2, 'q2', 'get_user']])
  assert.ok(frames[2].deadlineMs > 9_000 && frames[2].deadlineMs <= 9_500)
  say({ type: 'response', seq: 1, ack: 2, id: 'q1', result: { user: 1 } })
  say({ type: 'response', seq: 2, ack: 2, id: 'q2', result: { user: 2 } })
  await until(() => frames.length >= 5)
  assert.deepEqual([frames[4].seq, frames[4].ack], [3, 1], 'the third of the burst, when the first answer is taken')
  await turn(20)
  const paced = performance.now()
  await until(() => frames.length >= 6)
  assert.ok(performance.now() - paced < 200)
  for (let seq = 3; seq < 40; seq++) say({ type: 'event', seq, event: 'acme.x', timestamp: 1, payload: {} })
  await until(() => frames.some(({ type }) => type === 'ack'))
  say({ type: 'event', seq: 99, event: 'acme.x', timestamp: 1, payload: {} })
  const { code } = await sm.waitFor('closed')
  assert.equal(code, 4500)
  assert.deepEqual((await Promise.all(calls)).slice(2), ['E_PROTOCOL', 'E_PROTOCOL', 'E_PROTOCOL'])
  await until(() => frames.at(-1).type === 'error')
  assert.deepEqual([frames.at(-1).fatal, frames.at(-1).closeCode], [true, 4500])
})

test('a desktop of another version is E_VERSION, one that answers with another version breaks the protocol', async (t) => {
  const answers = {
    E_VERSION: '{"type":"error","code":"E_VERSION","message":"this desktop speaks version 2","fatal":true,"closeCode":4506}',
    E_PROTOCOL: '{"type":"welcome","version":2,"plugin":{},"snapshot":{}}',
  }
  for (const [code, answer] of Object.entries(answers)) {
    const { port1, port2 } = new MessageChannel()
    t.after(() => port1.close())
    port1.onmessage = () => port1.postMessage(answer)
    const sm = new SmartAgent({ transport: messagePort(port2) })
    await assert.rejects(sm.init(), { code })
    assert.equal(sm.state, 'idle')
  }
})

test('a port that the page has is a transport too, with one life', async (t) => {
  const { host } = desk(t)
  const { port1, port2 } = new MessageChannel()
  host.attachPort(port1)
  const sm = new SmartAgent({ transport: messagePort(port2) })
  await sm.init()
  assert.equal(await sm.getCompanyID(), 'acme')
  await sm.close()
  await assert.rejects(sm.init(), { code: 'E_CLOSED', message: /new messagePort/ })
  assert.equal(sm.state, 'idle')
})
