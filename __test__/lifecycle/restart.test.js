import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SmartAgent } from '../../index.js'
import { Child } from '../child-process.js'
import { incoming, pair, startHost, until } from '../desk.js'

test('a host that is killed with 500 calls in flight and started again: one resync, nothing hangs, nothing runs twice', { timeout: 60_000 }, async (t) => {
  const first = new Child(t, [process.execPath, '__test__/lifecycle/host.js', '0', 'hang'])
  const [, port] = await first.see(/port (\d+)/)
  const sm = new SmartAgent({ url: `ws://127.0.0.1:${port}/link`, token: 'shared', requestTimeoutMs: 30_000, reconnect: { maxDelayMs: 200 } })
  t.after(() => sm.close())
  /** @type {any[]} */
  const resyncs = []
  sm.on('resync', (payload) => void resyncs.push(payload))
  await sm.init()
  let settled = 0
  const calls = Array.from({ length: 500 }, (_, n) => sm.updateContact({ n: `${n}` })
    .then(() => 'answered', (error) => `${error.code} ${error.executed}`)
    .finally(() => settled++))
  await first.see(/run 100\n/)
  first.process.kill('SIGKILL')
  await first.ended
  assert.equal(settled, 0)
  const interrupted = sm.state === 'interrupted' ? undefined : await sm.waitFor('interrupted')
  assert.ok(interrupted === undefined || typeof interrupted.code === 'number')
  const second = new Child(t, [process.execPath, '__test__/lifecycle/host.js', /** @type {string} */ (port)])
  await second.see(/port/)
  const outcomes = await Promise.all(calls)
  await until(() => sm.state === 'ready' && resyncs.length > 0)
  assert.equal(settled, 500)
  for (const outcome of outcomes) assert.match(outcome, /^(E_OUTCOME_UNKNOWN unknown|E_UNAVAILABLE no)$/)
  assert.equal(resyncs.length, 1)
  assert.equal(resyncs[0].unsettled, 500)
  assert.deepEqual(resyncs[0].snapshot.contacts.map((/** @type {any} */ { contactId }) => contactId), ['c1'])
  assert.equal((await sm.updateContact({ n: 'after' })).attributes.n, 'after')
  const runs = `${first.stdout}${second.stdout}`.match(/run \w+/g) ?? []
  assert.equal(new Set(runs).size, runs.length, 'a command ran twice')
  assert.deepEqual(second.stdout.match(/run \w+/g), ['run after'])
})

test('a host that closes and comes back on the same port gets its plugins back', async (t) => {
  const { host, sm, port } = await pair(t, { token: 'shared' }, { reconnect: { maxDelayMs: 100 } })
  const resync = sm.waitFor('resync')
  await host.close()
  await until(() => sm.state === 'interrupted')
  const waiting = sm.getUser({ timeoutMs: 20_000 }).then(({ name }) => name, ({ code }) => code)
  const again = await startHost(t, { token: 'shared' })
  const { host: second } = again
  await second.listen({ port })
  assert.equal((await resync).reason, 'unknown_session')
  assert.equal(await waiting, 'E_UNAVAILABLE')
  assert.equal((await sm.getUser()).name, 'Ben')
  const call = sm.waitFor('incoming_call')
  second.emit('incoming_call', incoming('c'))
  assert.equal((await call).contactId, 'c')
})

test('without reconnect a lost link ends the client', async (t) => {
  const { host, sm } = await pair(t, {}, { reconnect: false })
  const closed = sm.waitFor('closed')
  await host.close()
  assert.equal((await closed).code, 4001)
  assert.equal(sm.state, 'closed')
  await assert.rejects(sm.init(), ({ code }) => code === 'E_NO_HOST' || code === 'E_UNAVAILABLE')
})

test('two hosts cannot have the same port, and a closed host refuses', async (t) => {
  const { port } = await startHost(t)
  const { host } = await startHost(t)
  await assert.rejects(host.listen({ port }), { code: 'E_UNAVAILABLE' })
  await assert.rejects(host.listen({ port: -1 }), { code: 'E_BAD_REQUEST' })
  await host.close()
  await host.close()
  await assert.rejects(host.listen({ port: 0 }), { code: 'E_CLOSED' })
  assert.throws(() => host.emit('incoming_call', incoming('c')), { code: 'E_CLOSED' })
  assert.deepEqual(host.sessions(), [])
})
