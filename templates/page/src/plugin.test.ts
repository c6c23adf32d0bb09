// `npm test`: the plugin against a desktop in memory. No port, no waiting, no page.
import { SmartAgent } from 'smartagent-plugin-sdk'
import { createTestHost } from 'smartagent-plugin-sdk/testing'
import { afterEach, expect, test } from 'vitest'

import { createPlugin } from './plugin'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function start() {
  const desk = await createTestHost()
  const sm = new SmartAgent({ transport: desk.transport() })
  ends.push(() => sm.close(), () => desk.close())
  const plugin = createPlugin(sm)
  await sm.init()
  return { desk, plugin }
}

test('a call is shown from its ring to its end', async () => {
  const { desk, plugin } = await start()
  expect(plugin.view.state).toBe('no call')
  const call = desk.incomingCall({ attributes: { 'sa-name': 'Ada' } })
  await desk.settle()
  expect(plugin.view).toMatchObject({ caller: 'Ada', state: 'ringing' })
  call.answer()
  await desk.settle()
  expect(plugin.view.state).toBe('talking')
  call.hangUp().clear()
  await desk.settle()
  expect(plugin.view).toMatchObject({ caller: null, state: 'no call' })
})

test('an answered contact is marked, and shown with the mark', async () => {
  const { desk, plugin } = await start()
  desk.incomingCall().answer()
  expect((await desk.waitForMessage('update_contact')).payload).toEqual({ 'seen-by': '{{id}}' })
  await desk.settle()
  expect(plugin.view.attributes).toMatchObject({ 'seen-by': '{{id}}' })
})

test('a desktop that refuses shows as an error and stops nothing', async () => {
  const { desk, plugin } = await start()
  desk.fail('update_contact', 'E_UNAVAILABLE')
  const call = desk.incomingCall().answer()
  await desk.settle()
  expect(plugin.view.error).toContain('call_started')
  call.hangUp().clear()
  await desk.settle()
  expect(plugin.view.state).toBe('no call')
})
