import assert from 'node:assert/strict'
import { test } from 'node:test'

import { knock } from '../../js/browser/knock.js'
import { askPreload } from '../../js/browser/preload-port.js'
import { Frame } from './frame.js'

const fail = (code, message) => Object.assign(new Error(message), { code })
const asking = (window, more) => ({ window, timeoutMs: 10_000, fail, ...more })
/** What the page posted first. @param {Frame} frame */
const firstKnock = async (frame) => {
  while (frame.posted.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  return JSON.parse(frame.posted[0].data)
}

/** A port that knows whether it was closed. */
function somePort() {
  return { closed: false, close() { this.closed = true } }
}

test('a page that is not in an iframe is told so in the same tick', async () => {
  const top = new Frame()
  top.parent = /** @type {any} */ (top)
  let told = ''
  knock(asking(top)).catch(({ code }) => void (told = code))
  for (let turn = 0; turn < 10; turn++) await null
  assert.equal(told, 'E_NOT_EMBEDDED')
  await assert.rejects(knock(asking(undefined)), { code: 'E_NOT_EMBEDDED' })
})

test('a knock goes out at once, is repeated with the same number, and ends with E_NO_HOST', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const frame = new Frame()
  const knocked = knock(asking(frame))
  const counts = []
  for (const ms of [0, 99, 1, 200, 700, 2_000, 6_000]) {
    t.mock.timers.tick(ms)
    counts.push(frame.posted.length)
  }
  assert.deepEqual(counts, [1, 1, 2, 3, 4, 5, 5])
  assert.equal(new Set(frame.posted.map(({ data }) => data)).size, 1)
  const { nonce, ...rest } = JSON.parse(frame.posted[0].data)
  assert.deepEqual(rest, { smartagent: 'knock', versions: [1] })
  assert.match(nonce, /^[0-9-]{16,64}$/)
  t.mock.timers.tick(1_000)
  await assert.rejects(knocked, { code: 'E_NO_HOST', message: /10000 ms/ })
})

test('only an offer of the parent window with the right number counts', async () => {
  const frame = new Frame()
  const knocked = knock(asking(frame))
  const { nonce } = await firstKnock(frame)
  const offer = JSON.stringify({ smartagent: 'offer', nonce })
  const hostile = [
    { data: offer, source: frame }, { data: offer, source: null }, { data: offer },
    { data: '{"smartagent":"offer","nonce":"x"}' }, { data: nonce.slice(1) },
    { data: '{' }, { data: 'null' }, { data: { smartagent: 'offer', nonce } }, { data: undefined }, { data: 7 },
  ]
  const ports = hostile.map(() => somePort())
  hostile.forEach((message, index) => frame.deliver({ ports: index === 2 ? [] : [ports[index]], ...message }))
  const port = somePort()
  frame.offer({ nonce }, port, 'http://localhost:7420')
  frame.offer({ nonce }, somePort(), 'http://localhost:7421')
  assert.deepEqual(await knocked, { port })
  assert.equal(frame.posted.length, 1)
})

test('an offer from an origin that is not allowed is E_ORIGIN with the origin and the option, and its port is closed', async () => {
  const cases = [
    ['https://desk.example', undefined, false], ['null', undefined, false], ['https://localhost.evil.example', undefined, false],
    ['http://127.0.0.1.evil.example:80', undefined, false], ['http://localhost', undefined, true],
    ['https://[::1]:8080', undefined, true], ['http://127.0.0.1:1', undefined, true],
    ['https://desk.example', ['https://desk.example'], true], ['http://localhost:7420', ['https://desk.example'], false],
    ['https://desk.example:8443', ['https://desk.example'], false],
  ]
  for (const [origin, allowedOrigins, good] of cases) {
    const frame = new Frame()
    const knocked = knock(asking(frame, { allowedOrigins }))
    const port = somePort()
    frame.offer(await firstKnock(frame), port, origin)
    if (good) assert.equal((await knocked).port, port)
    else await assert.rejects(knocked, (error) => error.code === 'E_ORIGIN' && error.message.includes(origin) && error.message.includes('allowedOrigins'))
    assert.equal(port.closed, !good, origin)
  }
})

test('an aborted knock ends with the reason and neither posts nor listens any more', async (t) => {
  const frame = new Frame()
  const controller = new AbortController()
  const knocked = knock(asking(frame, { signal: controller.signal }))
  knocked.catch(() => {})
  const first = await firstKnock(frame)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const reason = new Error('closed')
  controller.abort(reason)
  await assert.rejects(knocked, reason)
  t.mock.timers.tick(20_000)
  assert.equal(frame.posted.length, 1)
  const port = somePort()
  frame.offer(first, port, 'http://localhost:1')
  assert.equal(port.closed, false)
  await assert.rejects(knock(asking(frame, { signal: controller.signal })), reason)
})

test('a preload script answers a question that was posted to its own window', async () => {
  const frame = new Frame()
  const port = somePort()
  const asked = []
  frame.addEventListener('message', ({ data, source, origin }) => {
    const { smartagent, nonce } = JSON.parse(data)
    if (smartagent !== 'port?') return
    asked.push([source === frame, origin])
    frame.deliver({ data: JSON.stringify({ smartagent: 'port', nonce }), source: frame.parent, ports: [somePort()] })
    frame.deliver({ data: JSON.stringify({ smartagent: 'port', nonce }), source: frame, origin, ports: [port] })
  })
  assert.equal(await askPreload(asking(frame, { signal: new AbortController().signal })), port)
  assert.deepEqual(asked, [[true, 'https://plugin.example']])
})
