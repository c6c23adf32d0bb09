import { expect, jest, test } from '@jest/globals'
import { SmartAgent } from 'smartagent-plugin-sdk'
import { createTestHost } from 'smartagent-plugin-sdk/testing'

test('a plugin answers a call, with the runner\'s own fake timers on', async () => {
  jest.useFakeTimers()
  const desk = await createTestHost()
  const sm = new SmartAgent({ transport: desk.transport() })
  sm.on('call_started', () => sm.updateContact({ tier: '1' }))
  await sm.init()
  desk.incomingCall().answer()
  expect((await desk.waitForMessage('update_contact')).payload).toEqual({ tier: '1' })
  await sm.close()
  await desk.close()
})
