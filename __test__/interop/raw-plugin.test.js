// A plugin written with `ws` and protocol.md alone, sharing no code with the SDK, talks to SmartAgentHost.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { contact, incoming, snapshot, startHost } from '../desk.js'

/** @param {string} url @param {object} [hello] */
async function dial(url, hello) {
  const socket = new WebSocket(url, 'smartagent.link.v1')
  /** @type {any[]} */
  const frames = []
  /** @type {(() => void)[]} */
  const waiting = []
  socket.on('message', (data, binary) => {
    assert.equal(binary, false)
    frames.push(JSON.parse(String(data)))
    for (const wake of waiting.splice(0)) wake()
  })
  socket.on('close', () => { for (const wake of waiting.splice(0)) wake() })
  await once(socket, 'open')
  const send = (/** @type {object} */ frame) => socket.send(JSON.stringify(frame))
  /** @param {string} type */
  const next = async (type) => {
    for (;;) {
      const at = frames.findIndex((frame) => frame.type === type)
      if (at >= 0) return frames.splice(at, 1)[0]
      if (socket.readyState !== WebSocket.OPEN) throw new Error(`closed before ${type}: ${JSON.stringify(frames)}`)
      await new Promise((resolve) => void waiting.push(() => resolve(undefined)))
    }
  }
  if (hello !== undefined) send(hello)
  return { socket, send, next, closed: once(socket, 'close').then(([code]) => code) }
}

/** @param {any} host @param {object} [more] */
const hello = (host, more = {}) => ({
  type: 'hello', versions: [1], plugin: { id: 'raw', instance: 'i-1' }, sdk: { name: 'by-hand', version: '0' },
  auth: { scheme: 'bearer', token: host.token }, ...more,
})

test('hello, welcome, event, request, response and goodbye work as the protocol page says', async (t) => {
  const { host, url } = await startHost(t)
  const plugin = await dial(url, hello(host))
  const welcome = await plugin.next('welcome')
  assert.equal(welcome.version, 1)
  assert.deepEqual([welcome.resumed, welcome.received, welcome.reason], [false, 0, 'new'])
  assert.equal(welcome.limits.maxFrameBytes, 131_072)
  assert.equal(welcome.snapshot.user.name, 'Ben')
  host.emit('incoming_call', incoming('c1'))
  const event = await plugin.next('event')
  assert.deepEqual([event.seq, event.event, event.payload.contactId], [1, 'incoming_call', 'c1'])
  plugin.send({ type: 'request', seq: 1, ack: 1, id: 'q1', method: 'get_company_id', deadlineMs: 5_000 })
  const response = await plugin.next('response')
  assert.deepEqual([response.seq, response.id, response.result], [2, 'q1', { companyId: 'acme' }])
  plugin.send({ type: 'ping', n: 4, ack: 2 })
  assert.equal((await plugin.next('pong')).n, 4)
  plugin.send({ type: 'goodbye', closeCode: 1000, reason: 'done', resume: false })
  plugin.socket.close(1000)
  assert.equal(await plugin.closed, 1000)
})

test('a dropped plugin resumes and gets what it missed, once', async (t) => {
  const { host, url } = await startHost(t)
  const first = await dial(url, hello(host))
  const { session, resumeToken } = await first.next('welcome')
  host.emit('incoming_call', incoming('a'))
  await first.next('event')
  first.socket.terminate()
  host.emit('incoming_call', incoming('b'))
  const second = await dial(url, hello(host, { resume: { session, resumeToken, received: 1 } }))
  const welcome = await second.next('welcome')
  assert.deepEqual([welcome.resumed, welcome.session], [true, session])
  assert.notEqual(welcome.resumeToken, resumeToken)
  const event = await second.next('event')
  assert.deepEqual([event.seq, event.payload.contactId], [2, 'b'])
  second.send({ type: 'ack', ack: 2 })
  second.socket.close(1000)
})

test('payload errors are answered, envelope errors close with 4500', async (t) => {
  const { host, url } = await startHost(t)
  host.applySnapshot(snapshot([contact('c1', 'connected')]))
  const plugin = await dial(url, hello(host))
  await plugin.next('welcome')
  plugin.send({ type: 'request', seq: 1, id: 'q1', method: 'update_contact', deadlineMs: 5_000, contactId: 'c1', payload: { a: 1 } })
  const { error } = await plugin.next('response')
  assert.deepEqual([error.code, error.executed, error.issues[0].path], ['E_BAD_REQUEST', 'no', 'a'])
  plugin.send({ type: 'request', seq: 3, id: 'q3', method: 'get_user', deadlineMs: 5_000 })
  const fatal = await plugin.next('error')
  assert.deepEqual([fatal.fatal, fatal.closeCode], [true, 4500])
  assert.equal(await plugin.closed, 4500)
})

test('a wrong token, a wrong first frame and an unknown version are refused', async (t) => {
  const { host, url } = await startHost(t)
  assert.equal(await (await dial(url, hello(host, { auth: { scheme: 'bearer', token: 'no' } }))).closed, 4501)
  assert.equal(await (await dial(url, { type: 'ack', ack: 0 })).closed, 4500)
  assert.equal(await (await dial(url, hello(host, { versions: [2] }))).closed, 4506)
})
