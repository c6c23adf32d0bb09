// Whoever is not the desk's own page, and asks its port all the same.
import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'

import WebSocket from 'ws'

import { Page, rawRequest, startDesk } from './dev-desk.js'

const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='

/** @param {string} target @param {{ host: string, origin?: string | string[] | undefined, protocol?: string }} headers */
function upgrade(target, { host, origin = [], protocol = target === '/console' ? 'smartagent.console.v1' : 'smartagent.link.v1' }) {
  const origins = [origin].flat().map((one) => `Origin: ${one}\r\n`).join('')
  return `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n`
    + `Sec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Protocol: ${protocol}\r\n${origins}\r\n`
}

/** @param {number} port */
function foreignOrigins(port) {
  return [
    'null', '', '*', 'http://', 'http://evil.test', 'https://evil.test', `http://evil.test:${port}`, `https://127.0.0.1:${port}`, `https://localhost:${port}`,
    'http://127.0.0.1', 'http://localhost', `http://127.0.0.1:${port + 1}`, `http://localhost:${port + 1}`, `http://127.0.0.1:${port}.evil.test`,
    `http://127.0.0.1.evil.test:${port}`, `http://localhost.evil.test:${port}`, `http://evil.test@127.0.0.1:${port}`, `http://127.0.0.1:${port}@evil.test`,
    `http://127.0.0.1:${port}/`, `http://127.0.0.1:${port}#`, `http://127.0.0.2:${port}`, `http://[::1]:${port}`, `http://0.0.0.0:${port}`, `http://127.1:${port}`,
    `ws://127.0.0.1:${port}`, `file://127.0.0.1:${port}`, 'chrome-extension://abcdefgh', `http://127.0.0.1:${port}, http://evil.test`,
  ]
}

/** @param {number} port */
function foreignHosts(port) {
  return [
    '', 'evil.test', `evil.test:${port}`, `127.0.0.1.evil.test:${port}`, `localhost.evil.test:${port}`, `127.0.0.1@evil.test:${port}`, `127.0.0.2:${port}`,
    `0.0.0.0:${port}`, `[::]:${port}`, `localhost.:${port}`, `127.1:${port}`, `0x7f000001:${port}`, `2130706433:${port}`, `localhost:${port}:${port}`,
    `localhost:${port}/`, 'localhost:99999', 'localhost:+80', `loc alhost:${port}`, `*.localhost:${port}`, `attacker.localhost:${port}`, `127.0.0.1:${port},evil.test`,
  ]
}

describe('a stranger at the dev desktop\'s port', () => {
  /** @type {Awaited<ReturnType<typeof startDesk>>} */
  let desk
  /** @type {string} */
  let own
  /** Ends what `before` started. @type {(() => void)[]} */
  const ends = []
  before(async () => {
    desk = await startDesk(/** @type {any} */ ({ after: (/** @type {() => void} */ end) => ends.push(end) }), ['--plugin', 'http://localhost:9/'])
    own = `127.0.0.1:${desk.port}`
  })
  it('is let in neither to the console nor to the link by any other Origin', async () => {
    const origins = foreignOrigins(desk.port)
    assert.ok(origins.length >= 20)
    for (const target of ['/console', '/link']) {
      for (const origin of origins) assert.equal((await rawRequest(desk.port, upgrade(target, { host: own, origin }))).status, 403, `${target} ${origin}`)
      const twice = await rawRequest(desk.port, upgrade(target, { host: own, origin: [`http://${own}`, 'http://evil.test'] }))
      assert.equal(twice.status, 403, target)
    }
  })

  it('gets nothing by any other Host name: no page, no file, no health, no link', async () => {
    const hosts = foreignHosts(desk.port)
    assert.ok(hosts.length >= 20)
    for (const host of hosts) {
      for (const target of ['/', '/healthz', '/icon.svg']) {
        const { status } = await rawRequest(desk.port, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
        assert.ok(status === 403 || status === 400, `${target} ${host}: ${status}`)
      }
      for (const target of ['/console', '/link']) {
        const { status } = await rawRequest(desk.port, upgrade(target, { host, origin: `http://${own}` }))
        assert.ok(status === 403 || status === 400, `${target} ${host}: ${status}`)
      }
    }
    for (const head of ['', `Host: ${own}\r\nHost: evil.test\r\n`]) {
      assert.equal((await rawRequest(desk.port, `GET / HTTP/1.1\r\n${head}\r\n`)).status, 403)
    }
  })

  it('cannot open the console without an Origin, or by another way of asking', async () => {
    assert.equal((await rawRequest(desk.port, upgrade('/console', { host: own }))).status, 403, 'no page, no console')
    for (const [text, status] of /** @type {[string, number][]} */ ([
      [upgrade('/console', { host: own, origin: `http://${own}`, protocol: 'smartagent.link.v1' }), 426],
      [upgrade('/link', { host: own, origin: `http://${own}`, protocol: 'smartagent.console.v1' }), 426],
      [upgrade('/link/', { host: own, origin: `http://${own}` }), 404],
      [upgrade('/Console', { host: own, origin: `http://${own}` }), 404],
      [upgrade('//console', { host: own, origin: `http://${own}` }), 404],
      [upgrade('/link/../console', { host: own, origin: `http://${own}` }), 404],
      [upgrade('/console', { host: own, origin: `http://${own}` }).replace('GET', 'POST'), 400],
      [`GET /console HTTP/1.1\r\nHost: ${own}\r\n\r\n`, 426],
      [`GET http://evil.test/console HTTP/1.1\r\nHost: ${own}\r\n\r\n`, 400],
      [`POST / HTTP/1.1\r\nHost: ${own}\r\nContent-Length: 4\r\n\r\nabcd`, 400],
      [`GET /healthz HTTP/1.1\r\nHost: ${own}\r\nOrigin: http://evil.test\r\n\r\n`, 403],
      [`GET / HTTP/1.1\r\nHost: ${own}\r\nOrigin: null\r\n\r\n`, 403],
      [`GET /../package.json HTTP/1.1\r\nHost: ${own}\r\n\r\n`, 404],
      [`GET /%2e%2e/package.json HTTP/1.1\r\nHost: ${own}\r\n\r\n`, 404],
    ])) assert.equal((await rawRequest(desk.port, text)).status, status, text.slice(0, 40))
  })

  it('is sent away from the console with a wrong token, and sees and moves nothing before', async () => {
    for (const first of [
      '{"type":"hello","token":"wrong"}', `{"type":"hello","token":"${desk.pluginToken}"}`, '{"type":"hello"}', 'hello', '[]', `{"token":"${desk.token}"}`,
      '{"type":"command","id":1,"command":"act","with":{"name":"incoming"}}',
    ]) {
      const socket = new WebSocket(`ws://${own}/console`, ['smartagent.console.v1'], { origin: `http://${own}` })
      let seen = 0
      socket.on('message', () => { seen += 1 })
      socket.on('open', () => socket.send(first))
      assert.equal(await new Promise((resolve) => void socket.on('close', resolve)), 4501, first)
      assert.equal(seen, 0)
    }
    const page = new Page(/** @type {any} */ ({ after: (/** @type {() => void} */ end) => ends.push(end) }), desk)
    const state = await page.see(({ state: seen }) => seen)
    assert.deepEqual(state.contacts, [])
  })

  it('may not use the embed token outside the desk\'s page, nor the page\'s token for the link', async () => {
    const page = new Page(/** @type {any} */ ({ after: (/** @type {() => void} */ end) => ends.push(end) }), desk)
    const { embed } = await page.see(({ state }) => state)
    const hello = (/** @type {string} */ token) => JSON.stringify({
      type: 'hello', versions: [1], plugin: { id: 'stranger', instance: 'i1' }, sdk: { name: 'x', version: '1', runtime: 'node' }, auth: { scheme: 'bearer', token },
    })
    for (const token of [embed?.token ?? assert.fail('no embed'), desk.token]) {
      const socket = new WebSocket(`ws://${own}/link`, ['smartagent.link.v1'])
      socket.on('open', () => socket.send(hello(token)))
      assert.equal(await new Promise((resolve) => void socket.on('close', resolve)), 4501)
    }
  })

  it('cannot frame the page, and gets it with a strict policy and without the token', async () => {
    const { status, head } = await rawRequest(desk.port, `GET / HTTP/1.1\r\nHost: ${own}\r\n\r\n`)
    assert.equal(status, 200)
    assert.match(head, /content-security-policy: default-src 'none'; script-src 'self';.*frame-src http:\/\/localhost:9;.*frame-ancestors 'none'; base-uri 'none'/i)
    for (const line of [/x-frame-options: deny/i, /x-content-type-options: nosniff/i, /referrer-policy: no-referrer/i, /cross-origin-resource-policy: same-origin/i]) assert.match(head, line)
    assert.doesNotMatch(head, /access-control-allow/i)
    const body = await (await fetch(`http://${own}/`)).text()
    assert.ok(!body.includes(desk.token) && !body.includes(desk.pluginToken))
    const health = await fetch(`http://${own}/healthz`)
    assert.match(health.headers.get('content-type') ?? '', /^application\/json/)
    assert.equal(/** @type {any} */ (await health.json()).ok, true)
    for (const end of ends) end()
  })
})
