// `npm test`: the plugin against a desktop in memory. No port, no waiting: the clock moves when the test moves it.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import SmartAgent from 'smartagent-plugin-sdk'
import { createTestHost } from 'smartagent-plugin-sdk/testing'

import { install } from './plugin.js'

/** @param {import('node:test').TestContext} t */
async function start(t) {
  const desk = await createTestHost()
  const sm = new SmartAgent({ transport: desk.transport() })
  t.after(() => Promise.all([sm.close(), desk.close()]))
  install(sm)
  await sm.init()
  return desk
}

test('a caller is announced by name', async (t) => {
  const desk = await start(t)
  desk.incomingCall({ attributes: { 'sa-name': 'Ada' } })
  const { payload } = await desk.waitForMessage('show_notification')
  assert.equal('text' in payload && payload.text, 'Ada is calling')
})

test('an answered contact is marked', async (t) => {
  const desk = await start(t)
  desk.incomingCall().answer()
  assert.deepEqual((await desk.waitForMessage('update_contact')).payload, { 'seen-by': '{{id}}' })
})

test('a missed call says why', async (t) => {
  const desk = await start(t)
  desk.incomingCall()
  await desk.advance(20_000)
  assert.deepEqual((await desk.waitForMessage('update_contact')).payload, { 'missed-because': 'timeout' })
})
