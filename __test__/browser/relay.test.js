import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { turn, until } from '../desk.js'
import { useBrowser } from './chromium.js'
import { WELCOME, startFakeHost } from './fake-host.js'
import { setStage } from './stage.js'

describe('the relay between a plugin\'s port and its host', { timeout: 120_000 }, () => {
  const browser = useBrowser()

  it('says hello in the plugin\'s name and the page\'s right, and sends every other frame as it is', async (t) => {
    const stage = await setStage(t, browser)
    /** @type {string[]} */
    const frames = []
    const host = await startFakeHost(t, (socket) => {
      socket.on('message', (data) => frames.push(String(data)))
      socket.send(WELCOME)
    })
    const frame = await stage.ready('crm', { host: host.url, token: 'page-token' })
    const [{ hello, protocol }] = /** @type {[any]} */ (host.dials)
    assert.equal(protocol, 'smartagent.link.v1')
    assert.deepEqual(hello, {
      type: 'hello', versions: [1], plugin: { id: 'acme.crm', version: '1.0.0', instance: await frame.evaluate('plugin.instance') },
      sdk: { name: 'foreign', version: '0.0.1', runtime: 'browser' }, auth: { scheme: 'bearer', token: 'page-token' }, embed: { origin: stage.plugin.origin },
    })
    const odd = '{ "seq":1, "type":"request","id":"\\u0061","method":"get_user","deadlineMs":1 , "payload":{}}'
    await frame.evaluate((text) => /** @type {any} */ (globalThis).plugin.raw(text), odd)
    await until(() => frames.length === 1)
    assert.deepEqual(frames, [odd])
    await stage.ready('bare', { host: host.url, token: undefined })
    assert.equal('auth' in host.dials[1]?.hello, false, 'a plugin\'s own token is not sent on')
  })

  it('keeps a plugin\'s requests to the pace of its host, in their order, and holds nothing else back', async (t) => {
    const stage = await setStage(t, browser)
    /** @type {{ type: string, seq?: number, at: number }[]} */
    const frames = []
    const host = await startFakeHost(t, (socket) => {
      socket.on('message', (data) => frames.push({ ...JSON.parse(String(data)), at: performance.now() }))
      const welcome = JSON.parse(WELCOME)
      socket.send(JSON.stringify({ ...welcome, limits: { ...welcome.limits, ratePerSecond: 20, burst: 4 } }))
    })
    const frame = await stage.ready('crm', { host: host.url })
    await frame.evaluate(() => {
      const { plugin } = /** @type {any} */ (globalThis)
      for (let seq = 1; seq <= 8; seq++) plugin.raw(`{"type":"request","seq":${seq},"id":"q${seq}","method":"get_user","deadlineMs":9000,"payload":{}}`)
      plugin.raw('{"type":"cancel","seq":9,"id":"q8"}')
      plugin.raw('{"type":"ack","ack":0}')
    })
    await until(() => frames.length === 10)
    const ordered = frames.filter(({ type }) => type !== 'ack')
    assert.deepEqual(ordered.map(({ seq }) => seq), [1, 2, 3, 4, 5, 6, 7, 8, 9])
    const after = ordered.map(({ at }) => at - /** @type {any} */ (ordered[0]).at)
    assert.ok(/** @type {number} */ (after[3]) < 50 && /** @type {number} */ (after[7]) >= 4 * 50 - 20, `after ${after.map(Math.round)} ms`)
    const ack = frames.findIndex(({ type }) => type === 'ack')
    assert.ok(ack >= 4 && ack < 9, `the ack came as number ${ack + 1}`)
  })

  it('passes what a host may send and ends a link on which it sends more', async (t) => {
    const stage = await setStage(t, browser)
    const [head, tail] = ['{"type":"event","seq":1,"event":"x.big","timestamp":1,"payload":{"a":"', '"}}']
    const big = (/** @type {number} */ bytes) => head + 'x'.repeat(bytes - head.length - tail.length) + tail
    const welcome = WELCOME.replace('"snapshot":{}', `"snapshot":{"a":"${'x'.repeat(3_000_000)}"}`)
    for (const [name, then, state] of /** @type {const} */ ([
      ['within', (/** @type {import('ws').WebSocket} */ socket) => socket.send(big(1_048_576)), 'ready'],
      ['beyond', (/** @type {import('ws').WebSocket} */ socket) => socket.send(big(1_048_577)), 'stopped'],
      ['binary', (/** @type {import('ws').WebSocket} */ socket) => socket.send(Buffer.from('{"type":"ack","ack":0}')), 'stopped'],
    ])) {
      const host = await startFakeHost(t, (socket) => {
        socket.send(welcome)
        then(socket)
      })
      await stage.embed(name, { host: host.url })
      await until(async () => (await stage.states(name)).includes('ready ready'))
      if (state === 'ready') await until(() => stage.frame(name).evaluate('plugin.events.length === 1'))
      await stage.state(name, state)
      if (state === 'stopped') await until(() => host.dials[0]?.closed === 4500)
    }
  })

  it('tells the plugin of each way a link can end, and whether to knock again', async (t) => {
    const stage = await setStage(t, browser)
    for (const [code, expected] of /** @type {const} */ ([
      [1006, ['goodbye', undefined, 4000]], [1001, ['goodbye', undefined, 4000]], [1011, ['goodbye', undefined, 4000]], [4001, ['goodbye', undefined, 4001]],
      [4003, ['goodbye', undefined, 4003]], [1000, ['error', 'E_CLOSED', 1000]], [1008, ['error', 'E_PROTOCOL', 1008]], [4501, ['error', 'E_AUTH', 4501]],
      [4503, ['error', 'E_ORIGIN', 4503]], [4506, ['error', 'E_VERSION', 4506]], [4509, ['error', 'E_CLOSED', 4509]], [4510, ['error', 'E_TOO_LARGE', 4510]],
      [4999, ['error', 'E_PROTOCOL', 4999]],
    ])) {
      const host = await startFakeHost(t, (socket, _, dial) => {
        socket.send(WELCOME)
        if (dial > 1) return
        setTimeout(() => code === 1006 ? socket.terminate() : socket.close(code, 'because'), 20)
      })
      const name = `c${code}`
      await stage.embed(name, { host: host.url })
      await until(async () => (await stage.states(name)).length >= 4)
      const last = await stage.frame(name).evaluate('plugin.last')
      assert.deepEqual([last.type, last.code, last.closeCode], expected, String(code))
      if (last.type === 'goodbye') await until(() => host.dials.length === 2)
      else assert.equal((await stage.state(name, 'stopped')).code, expected[1])
      await stage.page.evaluate(`embeds.${name}.handle.remove()`)
    }
  })

  it('dials again with growing pauses where the host closes before its welcome, and honours what it asks for', async (t) => {
    const stage = await setStage(t, browser)
    const failing = await startFakeHost(t, (socket) => socket.close(1013))
    await stage.embed('crm', { host: failing.url })
    await turn(3_000)
    assert.ok(failing.dials.length >= 2 && failing.dials.length <= 8, `${failing.dials.length} dials in 3 s`)
    for (const [n, { at }] of failing.dials.entries()) if (n > 0) assert.ok(at - /** @type {any} */ (failing.dials[n - 1]).at >= 95)
    assert.equal((await stage.state('crm', 'connecting')).reason, 'host_unreachable')
    assert.equal(await stage.frame('crm').evaluate('plugin.offers'), 1)
    const busy = await startFakeHost(t, (socket, _, dial) => {
      socket.send(WELCOME)
      if (dial > 1) return
      socket.send('{"type":"goodbye","closeCode":4001,"reason":"restarting","resume":true,"retryAfterMs":1500}')
      socket.close(4001)
    })
    await stage.embed('later', { host: busy.url })
    await until(() => busy.dials.length === 2)
    const [first, second] = /** @type {[any, any]} */ (busy.dials)
    assert.ok(second.at - first.at >= 1_490, `${second.at - first.at} ms`)
  })

  it('cuts off a plugin that floods a host which reads nothing, and lets it come back', async (t) => {
    const stage = await setStage(t, browser)
    const host = await startFakeHost(t, (socket, _, dial) => {
      socket.send(WELCOME)
      if (dial === 1) setTimeout(() => socket.pause(), 50)
    })
    const frame = await stage.ready('crm', { host: host.url })
    await turn(200)
    await frame.evaluate(`for (let n = 0; n < 400; n++) plugin.raw('{"type":"request","seq":' + n + ',"payload":"' + 'x'.repeat(130000) + '"}')`)
    await until(() => host.dials.length === 2, 20_000)
    const last = await frame.evaluate('plugin.last')
    assert.deepEqual([last.type, last.closeCode, last.resume], ['goodbye', 4003, true])
    await stage.state('crm', 'ready')
  })
})
