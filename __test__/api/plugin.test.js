// @ts-nocheck: hands in what does not compile, on purpose.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SmartAgent, SmartAgentError } from '../../index.js'
import { connect, contact, incoming, pair, snapshot, startHost, turn, until, user } from '../desk.js'

test('init resolves with what the desktop grants and knows', async (t) => {
  const { sm } = await pair(t, {}, { plugin: { id: 'acme.crm', type: 'call' } })
  assert.equal(sm.state, 'ready')
  const facts = await sm.init()
  assert.equal(facts.user?.name, 'Ben')
  assert.equal(facts.companyId, 'acme')
  assert.deepEqual(facts.contacts, [])
  assert.equal(facts.plugin.id, 'acme.crm')
  assert.match(facts.plugin.instance, /^.{8,64}$/)
  assert.equal(facts.granted.length, 9)
  assert.deepEqual(facts.denied, [])
  assert.equal(facts.host.source, 'host')
  assert.equal(facts.protocol, 1)
  assert.deepEqual(Object.keys(facts).sort(), ['companyId', 'contacts', 'denied', 'granted', 'host', 'plugin', 'protocol', 'user'])
})

test('an event reaches its listener with payload and meta, in order', async (t) => {
  const { host, sm } = await pair(t)
  const got = []
  sm.on('incoming_call', (payload, meta) => void got.push([payload.contactId, meta]))
  for (let n = 0; n < 300; n++) assert.equal(host.emit('incoming_call', incoming(`c${n}`)), 1)
  await until(() => got.length === 300)
  assert.deepEqual(got.map(([id]) => id), Array.from({ length: 300 }, (_, n) => `c${n}`))
  const { event, id, seq, replayed, source, timestamp } = got[0][1]
  assert.deepEqual([event, replayed, source], ['incoming_call', false, 'host'])
  assert.ok(id.endsWith(`:${seq}`) && Math.abs(Date.now() - timestamp) < 60_000)
  assert.equal(new Set(got.map(([, meta]) => meta.id)).size, 300)
})

test('an event from before the first listener is not lost', async (t) => {
  const { host, sm } = await pair(t)
  host.emit('incoming_call', incoming('early'))
  await turn(50)
  assert.equal((await sm.waitFor('incoming_call')).contactId, 'early')
})

test('a custom event is passed on as it is', async (t) => {
  const { host, sm } = await pair(t)
  const order = sm.waitFor('acme.order_opened')
  host.emit('acme.order_opened', { orderId: '7', nested: { list: [1, null, 'ü'] } })
  assert.deepEqual(await order, { orderId: '7', nested: { list: [1, null, 'ü'] } })
})

test('emit throws on a bad payload and names the place', async (t) => {
  const { host } = await pair(t)
  const bad = { ...incoming('c'), contact: { ...contact('c'), direction: 'sideways' } }
  assert.throws(() => host.emit('incoming_call', bad), { code: 'E_BAD_REQUEST', path: 'contact.direction' })
  assert.throws(() => host.emit('incoming_cal', {}), { code: 'E_UNKNOWN_EVENT', message: /incoming_call/ })
  assert.throws(() => host.emit('incoming_call', { contactId: 1n }), { code: 'E_BAD_REQUEST', path: 'contactId' })
})

test('messages and methods resolve with the answer of the host', async (t) => {
  const { host, sm } = await pair(t)
  const seen = []
  host.handle('update_contact', (attributes, context) => {
    seen.push([attributes, context.contactId, context.agent, typeof context.session, context.signal.aborted, context.deadlineMs > 5_000])
    return { contactId: 'c1', initialContactId: null, attributes }
  })
  host.applySnapshot(snapshot([contact('c1', 'connected')]))
  assert.deepEqual(await sm.updateContact({ 'sa-name': 'Ben' }), { contactId: 'c1', initialContactId: null, attributes: { 'sa-name': 'Ben' } })
  assert.deepEqual(seen, [[{ 'sa-name': 'Ben' }, 'c1', 'default', 'string', false, true]])
  assert.equal((await sm.getUser()).username, user.username)
  assert.equal(await sm.getCompanyID(), 'acme')
  assert.deepEqual((await sm.getContacts()).map(({ contactId }) => contactId), ['c1'])
  assert.equal((await sm.getContact('c1'))?.contactId, 'c1')
  assert.equal((await sm.getContact())?.contactId, 'c1')
  assert.equal(await sm.getContact('nobody'), null)
  assert.equal(await sm.showPlugin(), undefined)
  assert.equal(await sm.hidePlugin(), undefined)
  assert.equal(await sm.setTitleTag('Three orders'), undefined)
  const { notificationIds } = await sm.send('show_notification', { type: 'CREATE_NOTIFICATION', header: 'h', text: 't' })
  assert.equal(notificationIds.length, 1)
  assert.deepEqual(await sm.sendMessage('show_popup_message', { type: 'SUCCESS', popupMessage: 'done' }), {})
})

test('a rejected payload lists every issue and its call, and nothing is sent', async (t) => {
  const { sm } = await pair(t)
  const error = await sm.send('show_notification', /** @type {any} */ ({ type: 'CREATE_NOTIFICATION', heder: 'h' })).catch((e) => e)
  assert.ok(error instanceof SmartAgentError)
  assert.equal(error.code, 'E_BAD_REQUEST')
  assert.equal(error.executed, 'no')
  assert.ok(error.issues.length >= 2, JSON.stringify(error.issues))
  assert.match(JSON.stringify(error.issues), /header/)
})

test('the error of a call has the stack of its caller', async (t) => {
  const { sm } = await pair(t)
  async function whereTheUserCalled() {
    await sm.updateContact({ a: 'b' }, { contactId: 'nobody' })
  }
  const error = await whereTheUserCalled().catch((e) => e)
  assert.equal(error.code, 'E_NOT_FOUND')
  assert.match(error.stack, /whereTheUserCalled/)
  assert.match(error.idempotencyKey, /^[0-9a-f-]{36}$/)
})

test('a SmartAgentError of a handler passes, anything else becomes E_INTERNAL and is reported to the host only', async (t) => {
  const { host, sm } = await pair(t)
  const reported = []
  host.on('error', (error) => void reported.push(error))
  host.handle('update_quick_connects', () => { throw new SmartAgentError('E_UNAVAILABLE', 'later', { retryAfterMs: 50 }) })
  await assert.rejects(sm.send('update_quick_connects'), { code: 'E_UNAVAILABLE', message: 'later', retryAfterMs: 50 })
  const secret = new Error('database password is 1234')
  host.handle('update_quick_connects', async () => { throw secret })
  const error = await sm.send('update_quick_connects').catch((e) => e)
  assert.equal(error.code, 'E_INTERNAL')
  assert.doesNotMatch(error.message, /1234/)
  assert.equal(reported.length, 1)
  assert.equal(reported[0].cause, secret)
  const undo = host.handle('update_quick_connects', () => /** @type {any} */ ({ quickConnects: 1n }))
  await assert.rejects(sm.send('update_quick_connects'), { code: 'E_INTERNAL' })
  undo()
  assert.deepEqual(await sm.send('update_quick_connects'), { quickConnects: [] })
})

test('an aborted call rejects at once with the reason, and the handler learns of it', async (t) => {
  const { host, sm } = await pair(t)
  let aborted = false
  host.handle('update_quick_connects', (_, { signal }) => new Promise((resolve) => signal.addEventListener('abort', () => {
    aborted = true
    resolve({ quickConnects: [] })
  })))
  const controller = new AbortController()
  const call = sm.send('update_quick_connects', undefined, { signal: controller.signal })
  await turn(30)
  const reason = new Error('changed my mind')
  controller.abort(reason)
  await assert.rejects(call, { code: 'E_CANCELLED', cause: reason, executed: 'unknown' })
  await until(() => aborted)
  await assert.rejects(sm.getUser({ signal: AbortSignal.abort(reason) }), { code: 'E_CANCELLED', cause: reason, executed: 'no' })
})

test('a call that nobody answers times out, and a bad option is refused', async (t) => {
  const { host, sm } = await pair(t)
  host.handle('get_user', () => new Promise(() => {}))
  await assert.rejects(sm.getUser({ timeoutMs: 100 }), { code: 'E_TIMEOUT' })
  for (const timeoutMs of [0, -1, NaN, Infinity, '5', 4e6]) {
    await assert.rejects(sm.getUser({ timeoutMs: /** @type {any} */ (timeoutMs) }), { code: 'E_BAD_REQUEST', path: 'timeoutMs' })
  }
})

test('the same idempotency key runs once', async (t) => {
  const { host, sm } = await pair(t)
  let runs = 0
  host.handle('update_contact', (attributes) => ({ contactId: 'c1', initialContactId: null, attributes: { ...attributes, run: `${++runs}` } }))
  host.applySnapshot(snapshot([contact('c1', 'connected')]))
  const first = await sm.updateContact({ a: '1' }, { idempotencyKey: 'k' })
  assert.deepEqual(await sm.updateContact({ a: '1' }, { idempotencyKey: 'k' }), first)
  assert.equal(runs, 1)
  await assert.rejects(sm.updateContact({ a: '2' }, { idempotencyKey: 'k' }), { code: 'E_IDEMPOTENCY_CONFLICT', idempotencyKey: 'k' })
  await sm.updateContact({ a: '1' })
  assert.equal(runs, 2)
})

test('calls before init and after close reject, calls while connecting wait', async (t) => {
  const { host, url } = await startHost(t)
  const sm = new SmartAgent({ url, token: host.token })
  await assert.rejects(sm.getUser(), { code: 'E_NOT_READY', executed: 'no' })
  const ready = sm.init()
  assert.equal((await sm.getUser()).name, 'Ben')
  await ready
  await sm.close()
  await assert.rejects(sm.getUser(), { code: 'E_CLOSED' })
  assert.equal(sm.state, 'closed')
})

test('a wrong token rejects init with E_AUTH and leaves the client idle', async (t) => {
  const { url } = await startHost(t)
  const sm = new SmartAgent({ url, token: 'wrong' })
  await assert.rejects(sm.init(), { code: 'E_AUTH' })
  assert.equal(sm.state, 'idle')
})

test('nobody at the other end is E_NO_HOST within the connect timeout', async () => {
  const sm = new SmartAgent({ url: 'ws://127.0.0.1:9/link', connectTimeoutMs: 400 })
  const started = Date.now()
  await assert.rejects(sm.init(), { code: 'E_NO_HOST' })
  assert.ok(Date.now() - started < 1_500)
  assert.equal(sm.state, 'idle')
})

test('a token function is asked for each connection, and its failure is E_AUTH', async (t) => {
  const seen = []
  const { url } = await startHost(t, { authenticate: async (token, peer) => { seen.push([token, peer.plugin.id]); return token === 't1' ? {} : null } })
  let n = 0
  const sm = new SmartAgent({ url, token: async () => `t${++n}`, plugin: { id: 'p' } })
  t.after(() => sm.close())
  await sm.init()
  assert.deepEqual(seen, [['t1', 'p']])
  const other = new SmartAgent({ url, token: () => { throw new Error('vault is closed') }, connectTimeoutMs: 500 })
  const error = await other.init().catch((e) => e)
  assert.equal(error.code, 'E_AUTH')
})

test('init, close and init again keep the listeners, each event once', async (t) => {
  const { host, url } = await startHost(t)
  const sm = new SmartAgent({ url, token: host.token })
  t.after(() => sm.close())
  const got = []
  sm.on('incoming_call', ({ contactId }) => void got.push(contactId))
  const first = sm.init()
  const closing = sm.close()
  const second = sm.init()
  await assert.rejects(first, { code: 'E_CLOSED' })
  await closing
  await second
  assert.equal(sm.state, 'ready')
  host.emit('incoming_call', incoming('a'))
  await until(() => got.length > 0)
  await turn(30)
  assert.deepEqual(got, ['a'])
})

test('close settles what is pending, tells closed and is silent afterwards', async (t) => {
  const { host, sm } = await pair(t)
  const told = []
  sm.on('closed', ({ code }) => void told.push(code))
  sm.on('incoming_call', () => void told.push('call'))
  host.handle('get_user', () => new Promise(() => {}))
  const open = sm.getUser()
  open.catch(() => {})
  await turn(20)
  const started = Date.now()
  const closing = sm.close()
  assert.equal(sm.close(), closing)
  host.emit('incoming_call', incoming('late'))
  await closing
  assert.ok(Date.now() - started < 1_000)
  await assert.rejects(open, { code: 'E_CLOSED', executed: 'unknown' })
  await turn(50)
  assert.deepEqual(told, [1000])
  await sm.close()
})

test('a late listener with replay is called once with the state that is live', async (t) => {
  const { host, sm } = await pair(t)
  host.applySnapshot(snapshot([contact('c1')]))
  await turn(50)
  const got = []
  sm.on('incoming_call', ({ contactId }, { replayed }) => void got.push([contactId, replayed]), { replay: true })
  await until(() => got.length > 0)
  await turn(50)
  assert.deepEqual(got, [['c1', true]])
})

test('an event that is not granted is reported when it is listened to', async (t) => {
  const { host, url } = await startHost(t, { authenticate: () => ({ scopes: ['ui:notify'] }) })
  const sm = new SmartAgent({ url })
  t.after(() => sm.close())
  const errors = []
  sm.on('error', (error) => void errors.push(error.code))
  sm.on('incoming_call', () => {})
  await sm.init()
  await until(() => errors.length > 0)
  assert.deepEqual(errors, ['E_FORBIDDEN'])
  assert.equal(host.sessions().length, 1)
})

test('the host lists its sessions and tells what plugins do', async (t) => {
  const { host, url } = await startHost(t)
  const told = []
  for (const event of /** @type {const} */ (['session', 'request', 'visibility', 'title', 'notification', 'popup'])) {
    host.on(event, (payload) => void told.push([event, payload]))
  }
  const sm = await connect(t, host, url, { plugin: { id: 'acme.crm' } })
  await sm.setTitleTag('T')
  await sm.send('show_popup_message', { type: 'ERROR', popupMessage: 'no' })
  const [session] = host.sessions()
  assert.deepEqual([session?.plugin, session?.agent, session?.connected], ['acme.crm', 'default', true])
  await until(() => told.some(([event]) => event === 'popup'))
  assert.ok(told.some(([event, { change }]) => event === 'session' && change === 'opened'))
  const [, request] = told.find(([event]) => event === 'request') ?? []
  assert.deepEqual([request.method, request.payload, request.session], ['set_title_tag', { title: 'T' }, session?.session])
  assert.ok(told.some(([event, { title }]) => event === 'title' && title === 'T'))
  assert.ok(host.emit('incoming_call', incoming('x'), { session: session?.session }) === 1)
  assert.ok(host.emit('incoming_call', incoming('x'), { plugin: 'other' }) === 0)
  const closed = sm.waitFor('closed')
  assert.equal(host.remove(session?.session ?? ''), true)
  assert.equal((await closed).code, 4513)
})

test('the logger gets names and sizes, never what customers are called', async (t) => {
  const { host, url } = await startHost(t)
  const lines = []
  const keep = (line) => void lines.push(line)
  const sm = await connect(t, host, url, { logger: { debug: keep, info: keep, warn: keep, error: keep }, plugin: { id: 'acme.crm' } })
  sm.on('incoming_call', () => { throw new Error('CANARY-thrown') })
  sm.on('error', () => {})
  host.emit('incoming_call', incoming('CANARY-id', { phoneNumber: '+15550100' }))
  await sm.setTitleTag('CANARY-title')
  await sm.updateContact({ 'CANARY-key': 'CANARY-value' }).catch(() => {})
  await sm.send('show_notification', { type: 'CANARY', header: 'CANARY' }).catch(() => {})
  await turn(50)
  await sm.close()
  assert.ok(lines.length > 5)
  assert.ok(lines.some((line) => line.includes('event incoming_call')))
  assert.doesNotMatch(lines.join('\n'), /CANARY|5550100/)
  assert.ok(!lines.join('\n').includes(host.token))
})

test('a logger that throws stops nothing', async (t) => {
  const { host, url } = await startHost(t)
  const sm = await connect(t, host, url, { logger: { debug() { throw new Error('x') }, info() { throw new Error('x') } } })
  assert.equal((await sm.getUser()).name, 'Ben')
})

test('a payload that cannot be sent still carries the key of its call', async (t) => {
  const { sm } = await pair(t)
  await assert.rejects(sm.updateContact({ a: 1n }, { idempotencyKey: 'k' }), { code: 'E_BAD_REQUEST', idempotencyKey: 'k' })
})
