import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Child } from '../child-process.js'
import { connect, incoming, pair, startHost, turn, until } from '../desk.js'

test('T20: a whole call with a canary in every field leaves none in logs, errors, warnings, audits or stderr', async (t) => {
  const child = new Child(t, [process.execPath, '__test__/faults/canary.js'])
  assert.equal(await child.ended, 0, child.stderr)
  const lines = child.stdout.trim().split('\n')
  assert.equal(lines.at(-1), '"done"')
  assert.ok(lines.length > 40, `${lines.length} lines`)
  for (const code of ['E_BAD_REQUEST', 'E_INTERNAL', 'E_AUTH', 'auth_failed', 'bad_answer', 'event incoming_call', 'request update_customer']) {
    assert.ok(lines.some((line) => line.includes(code)), `nothing said ${code}:\n${lines.join('\n')}`)
  }
  assert.deepEqual(lines.filter((line) => /CANARY|5550100/.test(line)), [])
  assert.equal(child.stderr, '')
})

/** What cannot be printed, copied or even looked at. */
function hostile() {
  const cyclic = /** @type {any} */ ({})
  cyclic.self = cyclic
  /** @type {any} */
  let deep = {}
  for (let level = 0; level < 10_000; level++) deep = { deep }
  const boom = () => { throw new Error('looked at') }
  const getter = Object.defineProperty(new Error('x'), 'stack', { get: boom })
  const trap = new Proxy({}, { get: boom, getPrototypeOf: boom, ownKeys: boom, has: boom, getOwnPropertyDescriptor: boom })
  return [cyclic, deep, getter, trap, Object.create(null), Symbol('s'), 1n, undefined, null]
}

test('F12: what a listener throws is one line of the log and one error, whatever it is', async (t) => {
  const { host, url } = await startHost(t)
  /** @type {string[]} */
  const lines = []
  const sm = await connect(t, host, url, { logger: { error: (line) => void lines.push(line) } })
  const values = hostile()
  let at = 0
  sm.on('incoming_call', () => { throw values[at++] })
  /** @type {any[]} */
  const errors = []
  sm.on('error', (error) => void errors.push(error))
  for (const _ of values) host.emit('incoming_call', incoming('c'))
  await until(() => errors.length === values.length)
  assert.deepEqual(errors.map(({ code }) => code), values.map(() => 'E_INTERNAL'))
  assert.deepEqual(lines, values.map(() => 'smartagent: E_INTERNAL a listener of "incoming_call" failed'))
  assert.equal((await sm.getUser()).name, 'Ben')
})

test('F12: without an error listener it is one warning, and the process and the link live', async (t) => {
  const { host, sm } = await pair(t)
  const values = hostile()
  let at = 0
  sm.on('incoming_call', () => { throw values[at++] })
  /** @type {Error[]} */
  const warnings = []
  const keep = (/** @type {Error} */ warning) => void (warning.name === 'SmartAgentWarning' && warnings.push(warning))
  process.on('warning', keep)
  t.after(() => process.off('warning', keep))
  for (const _ of values) host.emit('incoming_call', incoming('c'))
  await until(() => at === values.length)
  await turn(20)
  assert.equal(warnings.length, values.length)
  assert.equal((await sm.getUser()).name, 'Ben')
})

test('F11: with every answer lost each call settles by its deadline and says that nobody knows', async (t) => {
  const { host, sm } = await pair(t, { limits: { ratePerSecond: 0 } })
  host.handle('update_contact', () => new Promise(() => {}))
  const payload = incoming('c')
  host.emit('incoming_call', payload)
  const started = performance.now()
  const calls = Array.from({ length: 200 }, (_, n) => sm.updateContact({ n: `${n}` }, { timeoutMs: 600 }))
  const outcomes = await Promise.allSettled(calls)
  assert.ok(performance.now() - started < 2_000)
  for (const outcome of outcomes) {
    const { code, executed } = /** @type {any} */ (outcome).reason
    assert.deepEqual([code, executed], ['E_TIMEOUT', 'unknown'])
  }
  assert.equal((await sm.getUser()).name, 'Ben')
})
