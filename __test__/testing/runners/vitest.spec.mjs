import { afterEach, expect, test } from 'vitest'
import { SmartAgent } from 'smartagent-plugin-sdk'
import { createTestHost } from 'smartagent-plugin-sdk/testing'

/** @type {(() => Promise<void>)[]} */
const closing = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

test.concurrent.each([1, 2, 3])('a plugin answers call %i', async (n) => {
  const desk = await createTestHost()
  const sm = new SmartAgent({ transport: desk.transport() })
  closing.push(() => sm.close(), () => desk.close())
  sm.on('call_started', () => sm.updateContact({ n: String(n) }))
  await sm.init()
  desk.incomingCall().answer()
  expect((await desk.waitForMessage('update_contact')).payload).toEqual({ n: String(n) })
})
