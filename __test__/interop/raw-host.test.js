import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SmartAgent } from '../../index.js'
import { incoming, until } from '../desk.js'
import { rawHost } from './raw-host.js'

test('the SDK is a plugin of a host written by hand', async (t) => {
  const { url, links } = await rawHost(t, (link, frame) => {
    if (frame.type === 'hello') link.welcome()
    if (frame.type === 'request') link.reliable({ type: 'response', id: frame.id, result: { companyId: 'raw-co' } })
  })
  const sm = new SmartAgent({ url, token: 'secret', plugin: { id: 'acme.crm', version: '2.0.0', type: 'call' } })
  t.after(() => sm.close())
  const facts = await sm.init()
  assert.equal(facts.companyId, 'raw-co')
  const [link] = links
  const [hello] = link.frames
  assert.deepEqual(hello.versions, [1])
  assert.deepEqual({ ...hello.plugin, instance: undefined }, { id: 'acme.crm', version: '2.0.0', type: 'call', instance: undefined })
  assert.deepEqual(hello.auth, { scheme: 'bearer', token: 'secret' })
  assert.equal(hello.sdk.runtime, 'node')
  assert.equal(await sm.getCompanyID(), 'raw-co')
  const request = link.frames.find((/** @type {any} */ { type }) => type === 'request')
  assert.deepEqual([request.seq, request.method, request.deadlineMs], [1, 'get_company_id', 9_500])
  assert.equal(request.idempotencyKey, undefined)
  const call = sm.waitFor('incoming_call')
  link.reliable({ type: 'event', event: 'incoming_call', timestamp: 5, payload: { ...incoming('c1'), newerMember: 1 } })
  assert.equal(/** @type {any} */ (await call).newerMember, 1)
  await until(() => link.frames.some((/** @type {any} */ frame) => frame.ack === 2))
  await sm.close()
  await until(() => link.frames.some((/** @type {any} */ { type, resume }) => type === 'goodbye' && resume === false))
})

test('an event that breaks the schema is reported, consumes its place and reaches no listener', async (t) => {
  const { url, links } = await rawHost(t, (link, frame) => {
    if (frame.type === 'hello') link.welcome()
  })
  const sm = new SmartAgent({ url })
  t.after(() => sm.close())
  /** @type {any[]} */
  const got = []
  /** @type {any[]} */
  const errors = []
  sm.on('incoming_call', ({ contactId }) => void got.push(contactId))
  sm.on('error', (error) => void errors.push(error))
  await sm.init()
  links[0].reliable({ type: 'event', event: 'incoming_call', timestamp: 5, payload: { contactId: 5 } })
  links[0].reliable({ type: 'event', event: 'incoming_call', timestamp: 6, payload: incoming('good') })
  await until(() => got.length > 0)
  assert.deepEqual(got, ['good'])
  assert.equal(errors.length, 1)
})

test('a session that is lost settles every call once and gives one resync with a snapshot', async (t) => {
  let lives = 0
  /** @type {any[]} */
  const requests = []
  const { url, links } = await rawHost(t, (link, frame) => {
    if (frame.type === 'hello') link.welcome(++lives === 1 ? {} : { session: 's_new', reason: 'unknown_session' })
    if (frame.type === 'request') requests.push(frame.method)
  })
  const sm = new SmartAgent({ url, reconnect: { maxDelayMs: 50 } })
  t.after(() => sm.close())
  /** @type {any[]} */
  const told = []
  for (const event of /** @type {const} */ (['interrupted', 'resync', 'ready'])) sm.on(event, (payload) => void told.push([event, payload]))
  await sm.init()
  const calls = Array.from({ length: 500 }, () => sm.send('update_contact', { a: 'b' }).then(() => 'answered', (error) => `${error.code} ${error.executed}`))
  await until(() => requests.length >= 200)
  links[0].socket.terminate()
  const outcomes = await Promise.all(calls)
  await until(() => told.some(([event]) => event === 'resync'))
  const written = requests.length
  assert.equal(outcomes.filter((outcome) => outcome === 'E_OUTCOME_UNKNOWN unknown').length, written)
  assert.equal(outcomes.filter((outcome) => outcome === 'E_UNAVAILABLE no').length, 500 - written)
  const resyncs = told.filter(([event]) => event === 'resync')
  assert.equal(resyncs.length, 1)
  assert.equal(resyncs[0][1].reason, 'unknown_session')
  assert.equal(resyncs[0][1].unsettled, 500)
  assert.equal(resyncs[0][1].snapshot.companyId, 'raw-co')
  assert.equal(sm.state, 'ready')
  await new Promise((resolve) => setTimeout(resolve, 100))
  assert.equal(requests.length, written, 'nothing was sent again')
})
