// The test kit, used as a plugin author uses it: the real client, the real host, one clock.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { SmartAgent } from 'smartagent-plugin-sdk'
import { createTestHost } from 'smartagent-plugin-sdk/testing'

/** @param {import('node:test').TestContext} t @param {any} [options] */
async function start(t, options) {
  const desk = await createTestHost(options)
  const sm = new SmartAgent({ transport: desk.transport() })
  t.after(async () => {
    await sm.close()
    await desk.close()
  })
  await sm.init()
  return { desk, sm }
}

test('a unit test of a plugin fits in ten lines', async () => {
  const desk = await createTestHost()
  const sm = new SmartAgent({ transport: desk.transport() })
  sm.on('call_started', () => sm.updateContact({ 'sa-name': 'Ben' }))
  await sm.init()
  desk.incomingCall({ phoneNumber: '+442071838750', attributes: { tier: '2' } }).answer()
  const message = await desk.waitForMessage('update_contact')
  assert.deepEqual(message.payload, { 'sa-name': 'Ben' })
  await sm.close()
  await desk.close()
})

test('messages have their real effect on the call', async (t) => {
  const { desk, sm } = await start(t)
  const call = desk.incomingCall({ attributes: { tier: '2' } }).answer()
  const updated = sm.waitFor('contact_updated', { filter: (/** @type {any} */ { attributes }) => attributes?.added['sa-name'] === 'Ben' })
  const answer = await sm.updateContact({ 'sa-name': 'Ben' })
  assert.deepEqual({ ...answer.attributes }, { tier: '2', 'sa-name': 'Ben' })
  await updated
  assert.equal(call.contact?.attributes['sa-name'], 'Ben')
})

test('the events of a call come once each and in order', async (t) => {
  const { desk, sm } = await start(t)
  /** @type {string[]} */
  const seen = []
  for (const event of /** @type {const} */ (['incoming_call', 'call_started', 'on_hold', 'off_hold', 'call_ended', 'after_call_work', 'after_call_work_end'])) {
    sm.on(event, () => seen.push(event))
  }
  desk.incomingCall().answer().hold().resume().hangUp().clear()
  await desk.settle()
  assert.deepEqual(seen, ['incoming_call', 'call_started', 'on_hold', 'off_hold', 'call_ended', 'after_call_work', 'after_call_work_end'])
})

test('the clock moves deadlines, waits and ringing', async (t) => {
  const { desk, sm } = await start(t, { ringMs: 5_000 })
  desk.handle('get_user', () => new Promise(() => {}))
  const late = assert.rejects(sm.getUser(), { code: 'E_TIMEOUT', executed: 'unknown' })
  const waited = assert.rejects(sm.waitFor('call_started', { timeoutMs: 3_000 }), { code: 'E_TIMEOUT' })
  const missed = sm.waitFor('missed_call')
  desk.incomingCall()
  const before = desk.now
  await desk.advance(11_000)
  assert.equal(desk.now, before + 11_000)
  await Promise.all([late, waited])
  assert.equal((await missed).ringDurationMs, 5_000)
})

test('a dropped link comes back and nothing is lost', async (t) => {
  const { desk, sm } = await start(t)
  const call = desk.incomingCall()
  await desk.settle()
  desk.drop()
  await desk.settle()
  assert.equal(sm.state, 'interrupted')
  const started = sm.waitFor('call_started')
  const answered = sm.updateContact({ tier: '1' })
  call.answer()
  desk.restore()
  await desk.advance(1_000)
  assert.equal((await started).contactId, call.contactId)
  await answered
  assert.equal(desk.messages.length, 1)
})

test('the next answer can be made an error', async (t) => {
  const { desk, sm } = await start(t)
  desk.incomingCall().answer()
  desk.fail('update_contact', { code: 'E_UNAVAILABLE', message: 'not now' })
  await assert.rejects(sm.updateContact({ a: '1' }), { code: 'E_UNAVAILABLE', message: 'not now', retryable: true })
  await sm.updateContact({ a: '1' })
  desk.fail('get_user', 'E_FORBIDDEN')
  await assert.rejects(sm.getUser(), { code: 'E_FORBIDDEN' })
  assert.equal(typeof (await sm.getUser()).username, 'string')
})

test('a message that is not expected is told by its name', async (t) => {
  const { desk, sm } = await start(t)
  await desk.expectNoMessage()
  await sm.send('show_popup_message', { type: 'SUCCESS', popupMessage: 'done' })
  await desk.expectNoMessage('update_contact')
  await assert.rejects(desk.expectNoMessage(), { code: 'ERR_ASSERTION', message: /"show_popup_message" was sent/ })
  await desk.waitForMessage('show_popup_message')
  await desk.expectNoMessage('show_popup_message', { forMs: 1_000 })
  await assert.rejects(desk.waitForMessage('show_popup_message', { timeoutMs: 20 }), /messages so far: show_popup_message/)
})

test('a late listener gets the live state', async (t) => {
  const { desk, sm } = await start(t)
  const call = desk.incomingCall().answer()
  await desk.settle()
  const [payload, meta] = await new Promise((resolve) => void sm.on('call_started', (...args) => resolve(args), { replay: true }))
  assert.equal(payload.contactId, call.contactId)
  assert.equal(meta.replayed, true)
})

test('what is not possible says what is', async (t) => {
  const { desk } = await start(t)
  const call = desk.incomingCall()
  assert.throws(() => call.resume(), (/** @type {any} */ error) => error.code === 'E_CONFLICT' && /answer/.test(error.message))
  assert.throws(() => desk.act('anwser'), { code: 'E_BAD_REQUEST' })
})

test('two plugins of one desktop hear the same call', async (t) => {
  const { desk, sm } = await start(t)
  const other = new SmartAgent({ transport: desk.transport(), plugin: { id: 'other' } })
  t.after(() => other.close())
  await other.init()
  const both = Promise.all([sm.waitFor('incoming_call'), other.waitFor('incoming_call')])
  const call = desk.incomingCall()
  for (const { contactId } of await both) assert.equal(contactId, call.contactId)
})

test('the same seed gives the same ids', async (t) => {
  const [one, two, three] = await Promise.all([start(t, { seed: 5 }), start(t, { seed: 5 }), start(t, { seed: 6 })])
  const ids = [one, two, three].map(({ desk }) => desk.incomingCall().contactId)
  assert.equal(ids[0], ids[1])
  assert.notEqual(ids[0], ids[2])
})

test('a thousand test hosts leave nothing behind', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  const round = async (/** @type {number} */ count) => {
    for (let n = 0; n < count; n += 1) {
      const desk = await createTestHost()
      const sm = new SmartAgent({ transport: desk.transport() })
      await sm.init()
      desk.incomingCall().answer()
      await desk.settle()
      await sm.close()
      await desk.close()
      if (n % 50 === 0) collect()
    }
    collect()
  }
  await round(600)
  const resources = process.getActiveResourcesInfo().length
  const before = process.memoryUsage().rss
  await round(400)
  assert.equal(process.getActiveResourcesInfo().length, resources)
  const grown = process.memoryUsage().rss - before
  assert.ok(grown < 24 * 2 ** 20, `400 test hosts kept ${grown >> 10} KiB`)
})
