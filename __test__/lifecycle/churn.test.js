import assert from 'node:assert/strict'
import { test } from 'node:test'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createContext, runInContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { SmartAgent } from '../../index.js'
import { connect, incoming, pair, startHost, turn, until } from '../desk.js'

test('workers are terminated under a storm of events, and the others go on', { timeout: 60_000 }, async (t) => {
  const { host, url } = await startHost(t, { limits: { ratePerSecond: 0, sessionsPerPlugin: 1_000 } })
  const survivor = await connect(t, host, url)
  let ticks = 0
  survivor.on(/** @type {any} */ ('acme.tick'), () => void ticks++)
  const storm = setInterval(() => { for (let n = 0; n < 20; n++) host.emit(/** @type {any} */ ('acme.tick'), { n }) }, 2)
  try {
    for (let round = 0; round < 10; round++) {
      const workers = Array.from({ length: 5 }, () => new Worker(new URL('worker.js', import.meta.url), { workerData: { url, token: host.token } }))
      await Promise.all(workers.map((worker) => once(worker, 'message')))
      const codes = await Promise.all(workers.map((worker) => worker.terminate()))
      assert.deepEqual(codes, [1, 1, 1, 1, 1])
    }
    const before = ticks
    await until(() => ticks > before + 100)
    assert.equal((await survivor.getUser()).name, 'Ben')
    await until(() => host.sessions().filter(({ connected }) => connected).length === 1)
  } finally {
    // Before the host closes, which refuses to emit.
    clearInterval(storm)
  }
})

test('init and close a thousand times: each event once, no session and no listener left', { timeout: 120_000 }, async (t) => {
  const { host, url } = await startHost(t, { limits: { ratePerSecond: 0 } })
  const sm = new SmartAgent({ url, token: host.token })
  let calls = 0
  sm.on('incoming_call', () => void calls++)
  for (let round = 1; round <= 1_000; round++) {
    await sm.init()
    if (round % 100 === 0) {
      assert.equal(host.emit('incoming_call', incoming(`c${round}`)), 1)
      await until(() => calls === round / 100)
    }
    await sm.close()
  }
  await until(() => host.sessions().length === 0)
})

test('on and off a hundred thousand times leave the heap flat', async (t) => {
  const { sm } = await pair(t)
  const round = () => {
    for (let n = 0; n < 50_000; n++) sm.on('on_hold', () => n)()
    for (let n = 0; n < 50_000; n++) {
      const listener = () => n
      sm.on('on_hold', listener)
      sm.off('on_hold', listener)
    }
  }
  round()
  await turn(50)
  const before = process.memoryUsage()
  round()
  await turn(50)
  const after = process.memoryUsage()
  assert.ok(after.rss - before.rss < 24 * 2 ** 20, `${(after.rss - before.rss) / 2 ** 20} MiB`)
  assert.equal(sm.off('on_hold'), false)
})

test('close at any point of dial and handshake resolves within a second and leaves no session', async (t) => {
  const { host, url } = await startHost(t)
  for (let point = 0; point < 20; point++) {
    const sm = new SmartAgent({ url, token: host.token })
    const ready = sm.init().then(() => 'ready', ({ code }) => code)
    if (point > 0) await turn(point / 2)
    const started = performance.now()
    await Promise.all([sm.close(), sm.close()])
    assert.ok(performance.now() - started < 1_000)
    assert.ok(['ready', 'E_CLOSED'].includes(await ready))
    assert.equal(sm.state, 'closed')
  }
  await until(() => host.sessions().length === 0)
})

test('close while the other end accepts and says nothing resolves within a second', async (t) => {
  const mute = createServer(() => {}).listen(0, '127.0.0.1')
  t.after(() => mute.close())
  await once(mute, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (mute.address())
  const sm = new SmartAgent({ url: `ws://127.0.0.1:${port}/link` })
  const ready = sm.init().catch(({ code }) => code)
  await turn(50)
  const started = performance.now()
  await sm.close()
  assert.ok(performance.now() - started < 1_000)
  assert.equal(await ready, 'E_CLOSED')
})

test('payloads of another vm context are sent, and its listeners are called', async (t) => {
  const { host, sm } = await pair(t)
  const context = createContext({ sm })
  runInContext('var got = []; sm.on("incoming_call", ({ contactId }) => { got.push(contactId) })', context)
  host.emit('incoming_call', incoming('c'))
  await until(() => runInContext('got.length', context) === 1)
  const answer = runInContext('sm.send("show_popup_message", { type: "SUCCESS", popupMessage: "hi" })', context)
  assert.deepEqual(await answer, {})
})
