// `node --test`: the plugin against a desktop in memory. No port, no waiting: the clock moves when the test moves it.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SmartAgent } from 'smartagent-plugin-sdk'
import { createTestHost } from 'smartagent-plugin-sdk/testing'

import { greetCallers } from './plugin.js'

/** @param {import('node:test').TestContext} t */
async function start(t) {
  const desk = await createTestHost()
  const sm = new SmartAgent({ transport: desk.transport() })
  t.after(() => Promise.all([sm.close(), desk.close()]))
  greetCallers(sm)
  await sm.init()
  return desk
}

test('a caller is announced by name', async (t) => {
  const desk = await start(t)
  desk.incomingCall({ phoneNumber: '+442071838750', attributes: { 'sa-name': 'Ada' } })
  const { payload } = await desk.waitForMessage('show_notification')
  assert.equal('text' in payload && payload.text, 'Ada is calling')
})

test('a missed call says why', async (t) => {
  const desk = await start(t)
  desk.incomingCall()
  await desk.advance(20_000)
  assert.deepEqual((await desk.waitForMessage('update_contact')).payload, { 'missed-because': 'timeout' })
})

test('a desktop that refuses is survived', async (t) => {
  const desk = await start(t)
  desk.fail('show_notification', 'E_UNAVAILABLE')
  desk.incomingCall().answer().hangUp().clear()
  await desk.waitForMessage('show_notification')
  desk.incomingCall()
  await desk.waitForMessage('show_notification')
})
