// Many ports, and what is left of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messagePort, SmartAgent } from '../../index.js'
import { SmartAgentHost } from '../../host.js'
import { turn, until } from '../desk.js'
import { hello, Raw } from './raw.js'

const openPorts = () => process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length

test('hundreds of ports that came and went leave nothing behind', { timeout: 60_000 }, async (t) => {
  const host = new SmartAgentHost({ companyId: 'acme' })
  t.after(() => host.close())
  const before = openPorts()
  for (let round = 0; round < 40; round++) {
    const clients = Array.from({ length: 10 }, () => {
      const { port1, port2 } = new MessageChannel()
      const { closed } = host.attachPort(port1)
      return { closed, sm: new SmartAgent({ transport: messagePort(port2) }), far: port2 }
    })
    await Promise.all(clients.map(({ sm }) => sm.init()))
    // Half of them say goodbye, half of them just go.
    await Promise.all(clients.map(({ sm, far }, n) => (n % 2 === 0 ? sm.close() : far.close())))
    await Promise.all(clients.map(({ closed }) => closed))
  }
  await until(() => openPorts() <= before)
  // Those that just went may come back; no more of them are kept than a plugin may have sessions.
  assert.ok(host.sessions().length <= 20, `${host.sessions().length} sessions`)
  assert.ok(host.sessions().every(({ connected }) => !connected))
})

test('whatever is posted, the host goes on', { timeout: 60_000 }, async (t) => {
  const host = new SmartAgentHost({ companyId: 'acme' })
  t.after(() => host.close())
  const frames = ['', '{', 'null', '[]', '{"type":"hello"}', '{"type":"event"}', '\0', '\ud800', '{"type":"hello","versions":[9]}', 'x'.repeat(9_000), '[['.repeat(50_000), JSON.stringify({ type: 'ping', n: 1e999 }), 7, true, undefined, [hello], new Map([[1, 2]]), new ArrayBuffer(9)]
  for (const early of [true, false]) {
    for (const raw of frames) {
      const { port1, port2 } = new MessageChannel()
      const { closed } = host.attachPort(port1)
      const far = new Raw(port2)
      if (!early) {
        far.send(hello)
        await far.take('welcome')
      }
      far.send({ raw })
      const error = await far.take('error')
      assert.ok(error.fatal && error.closeCode >= 4500, JSON.stringify(error))
      await closed
    }
  }
  const { port1, port2 } = new MessageChannel()
  host.attachPort(port1)
  const sm = new SmartAgent({ transport: messagePort(port2) })
  await sm.init()
  assert.equal(await sm.getCompanyID(), 'acme')
  await sm.close()
  await turn()
})
