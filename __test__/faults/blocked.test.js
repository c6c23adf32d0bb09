// B13: a plugin whose JavaScript thread is blocked while a host in another process sends a thousand events a second.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SmartAgent } from '../../index.js'
import { Child } from '../child-process.js'
import { turn, until } from '../desk.js'

const MIB = 1_048_576

/** Holds this thread without burning the processor that the host needs. @param {number} ms */
function block(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/**
 * A host process that sends `acme.tick {n}` at this rate from the first call of `setTitleTag` on.
 * @param {import('node:test').TestContext} t @param {string[]} args events a second, and characters of each event
 */
async function listening(t, ...args) {
  const host = new Child(t, [process.execPath, '__test__/faults/ticking-host.js', ...args])
  const [, port] = await host.see(/port (\d+)/)
  const sm = new SmartAgent({ url: `ws://127.0.0.1:${port}/link`, token: 'shared', reconnect: { maxDelayMs: 100 } })
  t.after(() => sm.close())
  /** @type {any[]} */
  const told = []
  for (const event of /** @type {const} */ (['interrupted', 'resync', 'error'])) {
    sm.on(event, (/** @type {any} */ payload) => void told.push([event, payload]))
  }
  /** @type {number[]} */
  const seen = []
  sm.on(/** @type {any} */ ('acme.tick'), (/** @type {any} */ { n }) => void seen.push(n))
  await sm.init()
  await sm.setTitleTag('go')
  await until(() => seen.length > 50)
  return { host, sm, told, seen }
}

test('B13: a second without its thread costs a plugin nothing: every event, once, in order', async (t) => {
  const { sm, told, seen } = await listening(t, '1000', '10')
  const before = process.memoryUsage().rss
  block(1_000)
  const during = process.memoryUsage().rss
  await sm.setTitleTag('stop')
  const last = await sm.getCompanyID()
  await until(() => seen.at(-1) === Number(last))
  assert.deepEqual(seen, Array.from({ length: Number(last) + 1 }, (_, n) => n))
  assert.ok(seen.length > 700, `only ${seen.length} events`)
  assert.deepEqual(told, [])
  assert.ok(during - before < 8 * MIB, `${during - before} bytes more while blocked`)
})

/** @param {import('node:test').TestContext} t @param {number} seconds without the thread */
async function givenUpOnce(t, seconds) {
  const { host, sm, told, seen } = await listening(t, '1000', '1000')
  const before = process.memoryUsage().rss
  block(seconds * 1_000)
  const during = process.memoryUsage().rss
  await until(() => sm.state === 'ready' && told.some(([event]) => event === 'resync'))
  const newest = /** @type {number} */ (seen.at(-1))
  await until(() => /** @type {number} */ (seen.at(-1)) > newest + 100)
  await turn(200)
  assert.deepEqual(told.map(([event, { code, reason }]) => [event, code ?? reason]), [['interrupted', 4003], ['resync', 'overflow']])
  assert.ok('contacts' in told[1][1].snapshot)
  assert.equal(host.stdout.match(/retired overflow/g)?.length, 1)
  // What came before the gap is in order and whole, and so is what came after it.
  const gaps = seen.filter((n, index) => index > 0 && n !== /** @type {number} */ (seen[index - 1]) + 1)
  assert.equal(gaps.length, 1, `gaps before ${gaps}`)
  assert.ok(during - before < 8 * MIB, `${during - before} bytes more while blocked`)
}

test('B13: beyond the caps the host gives up once: one 4003, one resync that says overflow, then everything again', { timeout: 60_000 }, (t) =>
  givenUpOnce(t, 10))

test('B13: a minute without its thread costs a plugin one resync, too', { timeout: 120_000 }, (t) => givenUpOnce(t, 60))
