// A plugin and a host in one process, with a port between them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messagePort, SmartAgent } from '../../index.js'
import { SmartAgentHost } from '../../host.js'
import { until, user } from '../desk.js'

/**
 * @param {import('node:test').TestContext} t
 * @param {{ host?: import('../../host.js').SmartAgentHostOptions, attach?: import('../../host.js').AttachOptions, plugin?: import('../../index.js').SmartAgentOptions }} [options]
 */
function pair(t, { host: hostOptions, attach, plugin } = {}) {
  const host = new SmartAgentHost({ companyId: 'acme', user, ...hostOptions })
  const { port1, port2 } = new MessageChannel()
  const attached = host.attachPort(port1, attach)
  const sm = new SmartAgent({ transport: messagePort(port2), ...plugin })
  t.after(async () => {
    await sm.close()
    await host.close()
  })
  return { host, attached, sm, port1, port2 }
}

test('a plugin talks to its host over a port', async (t) => {
  const { host, sm } = pair(t, { attach: { plugin: 'acme.crm', agent: 'ben', origin: 'https://crm.example' } })
  /** @type {unknown[]} */
  const seen = []
  sm.on(/** @type {any} */ ('acme.order'), (payload) => seen.push(payload))
  const { plugin } = await sm.init()
  assert.equal(plugin.id, 'acme.crm')
  assert.equal(await sm.getCompanyID(), 'acme')
  assert.equal(host.emit(/** @type {any} */ ('acme.order'), { id: 1 }, { agent: 'ben' }), 1)
  await until(() => seen.length === 1)
  assert.deepEqual(seen, [{ id: 1 }])
  const [session] = host.sessions()
  assert.deepEqual([session?.carrier, session?.origin, session?.agent, session?.responding], ['port', 'https://crm.example', 'ben', true])
})

test('closing the plugin ends its session and the connection', async (t) => {
  const { host, sm, attached } = pair(t)
  await sm.init()
  await sm.close()
  await attached.closed
  assert.deepEqual(host.sessions(), [])
})

test('a port that was used is refused with what to do', async (t) => {
  const { sm } = pair(t)
  await sm.init()
  await sm.close()
  await assert.rejects(sm.init(), { code: 'E_CLOSED', message: /new messagePort\(\)/ })
})
