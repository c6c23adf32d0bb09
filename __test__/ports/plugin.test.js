// The plugin's end of a port.
import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { messagePort, SmartAgent, SmartAgentError } from '../../index.js'
import { SmartAgentHost } from '../../host.js'
import { dialledPort } from '../../js/transports.js'
import { turn, until, user } from '../desk.js'
import { hello, Raw, welcome } from './raw.js'

/** A plugin and what it says of its link. @param {import('node:test').TestContext} t @param {any} transport @param {import('../../index.js').SmartAgentOptions} [options] */
function plugin(t, transport, options) {
  const sm = new SmartAgent({ transport, plugin: { id: 'acme.raw' }, ...options })
  t.after(() => sm.close())
  /** @type {[string, any][]} */
  const told = []
  for (const event of /** @type {const} */ (['interrupted', 'resync', 'closed'])) sm.on(event, (facts) => void told.push([event, facts]))
  return { sm, told }
}

/** A plugin whose host is written by hand. @param {import('node:test').TestContext} t @param {import('../../index.js').SmartAgentOptions} [options] */
async function byHand(t, options) {
  const { port1, port2 } = new MessageChannel()
  const far = new Raw(port1)
  t.after(() => port1.close())
  const { sm, told } = plugin(t, messagePort(port2), options)
  const init = sm.init()
  init.catch(() => {})
  return { far, sm, told, init, said: await far.take('hello') }
}

/** @param {Awaited<ReturnType<typeof byHand>>} peer */
async function ready({ far, init }) {
  far.send(welcome)
  await init
}

test('a token is only sent over a port when it was given for it', async (t) => {
  process.env.SMARTAGENT_TOKEN = 'of-the-environment'
  t.after(() => { delete process.env.SMARTAGENT_TOKEN })
  assert.equal((await byHand(t)).said.auth, undefined)
  assert.deepEqual((await byHand(t, { token: async () => 'mine' })).said.auth, { scheme: 'bearer', token: 'mine' })
  const { port2 } = new MessageChannel()
  const { sm } = plugin(t, messagePort(port2), { token: () => { throw new Error('vault is closed') } })
  await assert.rejects(sm.init(), { code: 'E_AUTH', message: /vault is closed/ })
})

test('a port that its host closes ends the client: open calls settle, later ones are refused', async (t) => {
  const peer = await byHand(t)
  await ready(peer)
  const open = peer.sm.getUser()
  open.catch(() => {})
  await peer.far.take('request')
  peer.far.close()
  await assert.rejects(open, { code: 'E_UNAVAILABLE', executed: 'unknown', message: /port was closed/ })
  await until(() => peer.told.length > 0)
  assert.deepEqual(peer.told, [['closed', { code: 1006, reason: 'the port was closed' }]])
  assert.equal(peer.sm.state, 'closed')
  await assert.rejects(peer.sm.getUser(), { code: 'E_CLOSED' })
  await assert.rejects(peer.sm.init(), { code: 'E_CLOSED', message: /used already/ })
})

test('a port that is closed before it is welcomed rejects init', async (t) => {
  const { far, init, sm } = await byHand(t)
  far.close()
  await assert.rejects(init, { code: 'E_UNAVAILABLE', message: /port was closed/ })
  assert.equal(sm.state, 'idle')
})

test('a port that nobody answers on is E_NO_HOST within the connect timeout', async (t) => {
  const { init } = await byHand(t, { connectTimeoutMs: 150 })
  await assert.rejects(init, { code: 'E_NO_HOST' })
})

test('the close code of a goodbye or fatal error is what the client tells', async (t) => {
  for (const [frame, code] of /** @type {[any, number][]} */ ([
    [{ type: 'goodbye', closeCode: 4513, reason: 'removed', resume: false }, 4513],
    [{ type: 'error', code: 'E_PROTOCOL', message: 'no', fatal: true, closeCode: 4511 }, 4511],
  ])) {
    const peer = await byHand(t)
    await ready(peer)
    peer.far.send(frame)
    peer.far.close()
    await until(() => peer.told.length > 0)
    assert.deepEqual(peer.told.map(([event, facts]) => [event, facts.code]), [['closed', code]])
  }
})

test('what is no string is refused with 4500', async (t) => {
  const early = await byHand(t)
  early.far.send({ raw: new Uint8Array(4) })
  await assert.rejects(early.init, { code: 'E_PROTOCOL' })
  const peer = await byHand(t)
  await ready(peer)
  peer.far.send({ raw: { type: 'ping', n: 1 } })
  assert.deepEqual([(await peer.far.take('error')).closeCode], [4500])
  await until(() => peer.told.length > 0)
  assert.deepEqual([peer.told[0]?.[0], peer.told[0]?.[1].code], ['closed', 4500])
})

/** Ports of a host that are fetched anew; `break` closes them with a word or without. */
function fetched(/** @type {import('node:test').TestContext} */ t, options = {}) {
  const host = new SmartAgentHost({ companyId: 'acme', user })
  t.after(() => host.close())
  /** @type {MessagePort[]} */
  const ports = []
  const transport = dialledPort(async () => {
    const { port1, port2 } = new MessageChannel()
    ports.push(port1)
    host.attachPort(port1, { plugin: 'acme.raw', ...options })
    return port2
  })
  return { host, transport, ports }
}

test('a port that can be fetched anew is, and the session goes on', async (t) => {
  const { host, transport, ports } = fetched(t)
  const { sm, told } = plugin(t, transport)
  await sm.init()
  const [session] = host.sessions()
  ports[0]?.close()
  assert.equal((await sm.waitFor('interrupted')).reason, 'the port was closed')
  assert.equal(await sm.getCompanyID(), 'acme')
  assert.deepEqual([told.map(([event]) => event), ports.length, host.sessions()[0]?.session], [['interrupted'], 2, session?.session])
})

test('a message that cannot be read is a lost port', async (t) => {
  const { host, transport, ports } = fetched(t)
  void host
  const { sm, told } = plugin(t, transport)
  await sm.init()
  // Node raises it on the port that cannot read; so does every browser.
  const near = /** @type {any} */ (ports[0])
  near.dispatchEvent(new Event('messageerror'))
  assert.equal(await sm.getCompanyID(), 'acme')
  assert.deepEqual([told.map(([event]) => event), ports.length], [['interrupted'], 2])
})

test('a dial that fails is told, and one that nobody waits for any more is aborted', async (t) => {
  const refused = plugin(t, dialledPort(async () => { throw new SmartAgentError('E_ORIGIN', 'not from there: set allowedOrigins') }))
  await assert.rejects(refused.sm.init(), { code: 'E_ORIGIN', message: /allowedOrigins/ })
  let tries = 0
  const failing = plugin(t, dialledPort(async () => { tries++; throw new Error('no frame') }), { connectTimeoutMs: 700, reconnect: { maxDelayMs: 50 } })
  await assert.rejects(failing.sm.init(), { code: 'E_NO_HOST', message: /no frame/ })
  assert.ok(tries > 1, 'a failure that may pass is tried again')
  /** @type {AbortSignal[]} */
  const signals = []
  const hanging = plugin(t, dialledPort(({ signal }) => { signals.push(signal); return new Promise(() => {}) }), { connectTimeoutMs: 100 })
  await assert.rejects(hanging.sm.init(), { code: 'E_NO_HOST' })
  assert.deepEqual(signals.map(({ aborted }) => aborted), [true])
})

test('a port that comes after its dial was given up is closed again', async (t) => {
  const { port1, port2 } = new MessageChannel()
  const far = new Raw(port1)
  t.after(() => port1.close())
  const late = plugin(t, dialledPort(async () => { await turn(200); return port2 }), { connectTimeoutMs: 50 })
  await assert.rejects(late.sm.init(), { code: 'E_NO_HOST' })
  await until(() => far.closed)
  assert.deepEqual(far.frames, [])
})

/** Electron's ports: emitters that wrap what was posted, silent until they are started. */
class MessagePortMain extends EventEmitter {
  /** @type {MessagePortMain | null} */
  other = null
  /** @type {any[] | null} */
  #waiting = []

  /** @param {unknown} data */
  postMessage(data) {
    const { other } = this
    setImmediate(() => other?.receive({ data, ports: [] }))
  }

  /** @param {any} event */
  receive(event) {
    if (this.#waiting === null) this.emit('message', event)
    else this.#waiting.push(event)
  }

  start() {
    const waiting = this.#waiting ?? []
    this.#waiting = null
    for (const event of waiting) this.emit('message', event)
  }

  close() {
    const { other } = this
    this.other = null
    setImmediate(() => other?.emit('close'))
  }
}

/** Ports that only know `onmessage`. */
function plainPair() {
  const make = () => ({ onmessage: /** @type {any} */ (null), onclose: /** @type {any} */ (null), other: /** @type {any} */ (null) })
  const [one, two] = [make(), make()]
  for (const [port, other] of [[one, two], [two, one]]) {
    Object.assign(port, { postMessage: (/** @type {any} */ data) => setImmediate(() => other.onmessage?.({ type: 'message', data })), close: () => setImmediate(() => other.onclose?.({})) })
  }
  return [one, two]
}

function electronPair() {
  const [one, two] = [new MessagePortMain(), new MessagePortMain()]
  one.other = two
  two.other = one
  return [one, two]
}

for (const [kind, pair] of /** @type {[string, () => any[]][]} */ ([['MessagePortMain', electronPair], ['a port with onmessage only', plainPair]])) {
  test(`both ends work over ${kind}`, async (t) => {
    const [one, two] = pair()
    const host = new SmartAgentHost({ companyId: 'acme', user })
    t.after(() => host.close())
    const attached = host.attachPort(one, { plugin: 'acme.raw' })
    const { sm } = plugin(t, messagePort(two))
    await sm.init()
    assert.equal((await sm.getUser()).name, 'Ben')
    const heard = sm.waitFor(/** @type {any} */ ('acme.a'))
    host.emit(/** @type {any} */ ('acme.a'), { n: 1 })
    assert.deepEqual(await heard, { n: 1 })
    await sm.close()
    await attached.closed
    if (one instanceof EventEmitter) assert.deepEqual([...one.eventNames(), ...two.eventNames()], [])
  })
}

test('the hello of a port is the same as over any other transport', async (t) => {
  const { said } = await byHand(t)
  assert.deepEqual([said.versions, said.plugin.id, typeof said.plugin.instance], [hello.versions, 'acme.raw', 'string'])
})
