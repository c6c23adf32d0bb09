import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contact, incoming, pair, snapshot, until } from '../desk.js'

test('events of one tick arrive in the order in which they were sent, whatever sent them', async (t) => {
  const { host, sm } = await pair(t)
  /** @type {string[]} */
  const seen = []
  sm.on('incoming_call', ({ contactId }) => seen.push(contactId))
  for (let n = 0; n < 300; n++) host.emit('incoming_call', incoming(`c-${n}`))
  host.applySnapshot(snapshot([contact('snap')]))
  for (let n = 300; n < 400; n++) host.emit('incoming_call', incoming(`c-${n}`))
  await until(() => seen.length === 401)
  const numbered = (/** @type {number} */ from, /** @type {number} */ to) => Array.from({ length: to - from }, (_, n) => `c-${from + n}`)
  assert.deepEqual(seen, [...numbered(0, 300), 'snap', ...numbered(300, 400)])
})

test('what was emitted in the tick of close() still arrives, before the end', async (t) => {
  const { host, sm } = await pair(t, {}, { reconnect: false })
  /** @type {string[]} */
  const seen = []
  sm.on('incoming_call', ({ contactId }) => seen.push(contactId))
  sm.on('interrupted', () => seen.push('interrupted'))
  sm.on('closed', () => seen.push('closed'))
  host.emit('incoming_call', incoming('last'))
  await host.close()
  await until(() => seen.length > 1)
  assert.equal(seen[0], 'last')
})
