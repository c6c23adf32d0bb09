// The host's end of a port.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messagePort, SmartAgent } from '../../index.js'
import { SmartAgentHost } from '../../host.js'
import { turn, until, user } from '../desk.js'
import { hello, Raw } from './raw.js'

const manifest = {
  manifest: 1, id: 'acme.crm', name: 'CRM', version: '1.0.0', type: /** @type {const} */ ('call'), url: 'https://crm.example/panel', origins: ['https://crm-test.example'],
  scopes: [{ scope: /** @type {const} */ ('agent:read'), reason: 'shows the name' }], events: [],
}

const FLOOD = 100_000

/** @param {import('node:test').TestContext} t @param {import('../../host.js').SmartAgentHostOptions} [options] */
function desktop(t, options) {
  const host = new SmartAgentHost({ companyId: 'acme', user, ...options })
  t.after(() => host.close())
  /** @param {import('../../host.js').AttachOptions} [to] */
  const attach = (to) => {
    const { port1, port2 } = new MessageChannel()
    t.after(() => port2.close())
    return { attached: host.attachPort(port1, to), port: port2 }
  }
  return { host, attach }
}

/** @param {import('node:test').TestContext} t @param {MessagePort} port */
function plugin(t, port) {
  const sm = new SmartAgent({ transport: messagePort(port), plugin: { id: 'says.so' } })
  t.after(() => sm.close())
  return sm
}

test('who a plugin is comes from attachPort, and its manifest says where it may live', async (t) => {
  const { host, attach } = desktop(t, { plugins: [manifest] })
  /** @type {any[]} */
  const audits = []
  host.on('audit', (audit) => audits.push(audit))
  for (const origin of ['https://crm.example', 'https://crm-test.example', undefined]) {
    const sm = plugin(t, attach({ plugin: 'acme.crm', ...(origin && { origin }) }).port)
    const { plugin: { id }, granted } = await sm.init()
    assert.deepEqual([id, granted], ['acme.crm', ['agent:read']])
  }
  for (const to of [{ plugin: 'acme.crm', origin: 'https://evil.example' }, { plugin: 'acme.crm', origin: 'null' }, { plugin: 'acme.other', origin: 'https://crm.example' }]) {
    const sm = plugin(t, attach(to).port)
    await assert.rejects(sm.init(), { code: 'E_ORIGIN', message: /manifest/ })
    assert.equal(sm.state, 'idle')
  }
  await until(() => audits.length === 3)
  assert.deepEqual(audits.map(({ kind }) => kind), ['forbidden', 'forbidden', 'forbidden'])
})

test('attachPort grants no more scopes than it was given', async (t) => {
  const { attach } = desktop(t)
  const { granted } = await plugin(t, attach({ scopes: ['ui:notify'] }).port).init()
  assert.deepEqual(granted, ['ui:notify'])
})

test('what is no port, no option or no open host is refused at once', async (t) => {
  const { host } = desktop(t)
  for (const port of [null, {}, 'port', { postMessage() {} }, { on() {} }]) {
    assert.throws(() => host.attachPort(/** @type {any} */ (port)), { code: 'E_BAD_REQUEST', path: 'port' })
    assert.throws(() => messagePort(/** @type {any} */ (port)), { code: 'E_BAD_REQUEST', path: 'port' })
  }
  const { port1, port2 } = new MessageChannel()
  for (const [path, value] of [['origin', 1], ['plugin', 'No Spaces'], ['agent', '']]) {
    assert.throws(() => host.attachPort(port1, { [/** @type {string} */ (path)]: value }), { code: 'E_BAD_REQUEST', path })
  }
  assert.throws(() => host.attachPort(port1, { scopes: /** @type {any} */ (['contact:fly']) }), { code: 'E_BAD_REQUEST' })
  await host.close()
  assert.throws(() => host.attachPort(port1), { code: 'E_CLOSED' })
  port2.close()
})

test('what is no string is 4500, what is too large 4510, and both end the connection', async (t) => {
  const { attach } = desktop(t)
  for (const [raw, closeCode] of /** @type {[any, number][]} */ ([[{ type: 'ping', n: 1 }, 4500], [new Uint8Array(8), 4500], [null, 4500], ['x'.repeat(140_000), 4510]])) {
    const { attached, port } = attach()
    const far = new Raw(port)
    far.send(hello)
    await far.take('welcome')
    far.send({ raw })
    const error = await far.take('error')
    assert.deepEqual([error.fatal, error.closeCode], [true, closeCode])
    await attached.closed
    await until(() => far.closed)
  }
})

test('a port that says nothing is told of once and kept, and is back with its next frame', async (t) => {
  const { host, attach } = desktop(t, { limits: { heartbeat: { intervalMs: 40, timeoutMs: 40 } } })
  /** @type {string[]} */
  const changes = []
  host.on('session', ({ change, session }) => changes.push(`${change} ${session.responding}`))
  const far = new Raw(attach().port)
  far.send(hello)
  await far.take('welcome')
  await until(() => changes.length === 2)
  await turn(200)
  assert.deepEqual(changes, ['opened true', 'unresponsive false'])
  assert.deepEqual(host.sessions().map(({ connected, responding }) => [connected, responding]), [[true, false]])
  far.send({ type: 'ack', ack: 0 })
  await until(() => changes.length >= 3)
  assert.equal(changes[2], 'responsive true')
})

test('close() of the handle says goodbye, and the session waits for another port', async (t) => {
  const { host, attach } = desktop(t)
  const { attached, port } = attach()
  const far = new Raw(port)
  far.send(hello)
  await far.take('welcome')
  attached.close()
  attached.close()
  const goodbye = await far.take('goodbye')
  assert.deepEqual([goodbye.resume, goodbye.closeCode], [true, 4001])
  await attached.closed
  await until(() => far.closed)
  assert.deepEqual(host.sessions().map(({ connected }) => connected), [false])
})

test('closing the host says goodbye on every port', async (t) => {
  const { host, attach } = desktop(t)
  const [waiting, greeted] = [attach(), attach()]
  const [silent, far] = [new Raw(waiting.port), new Raw(greeted.port)]
  far.send(hello)
  await far.take('welcome')
  await host.close()
  await Promise.all([waiting.attached.closed, greeted.attached.closed])
  assert.equal((await far.take('goodbye')).closeCode, 4001)
  assert.equal((await silent.take('error')).closeCode, 4001)
})

test('a port that floods faster than its host answers is closed, others are served meanwhile', { timeout: 60_000 }, async (t) => {
  const { host, attach } = desktop(t)
  const { attached, port } = attach()
  const [far, other] = [new Raw(port), plugin(t, attach().port)]
  await other.init()
  far.send(hello)
  await far.take('welcome')
  for (let n = 1; n <= FLOOD; n++) far.send({ type: 'ping', n })
  assert.equal(await other.getCompanyID(), 'acme')
  let closed = false
  void attached.closed.then(() => (closed = true))
  // How much waits at once depends on the machine: a host that keeps up answers everything and has no reason to close.
  await until(() => closed || far.frames.length >= FLOOD, 50_000)
  if (closed) {
    const error = await far.take('error')
    assert.deepEqual([error.fatal, error.closeCode], [true, 4005])
  }
  assert.equal(await other.getCompanyID(), 'acme')
  assert.equal(host.sessions().filter(({ connected }) => connected).length, closed ? 1 : 2)
})

test('what arrives while the host is busy waits and is let in, in order', async (t) => {
  const { host, attach } = desktop(t, { limits: { ratePerSecond: 0 } })
  const plugins = await Promise.all(Array.from({ length: 12 }, async () => {
    const sm = plugin(t, attach().port)
    /** @type {number[]} */
    const heard = []
    sm.on(/** @type {any} */ ('acme.a'), ({ n }) => void heard.push(n))
    await sm.init()
    return { sm, heard }
  }))
  const numbers = Array.from({ length: 200 }, (_, n) => n)
  for (let round = 0; round < 3; round++) {
    // Answers and requests meet more deliveries than the host's inbox takes.
    for (const n of numbers) host.emit(/** @type {any} */ ('acme.a'), { n })
    const answers = await Promise.all(plugins.flatMap(({ sm }) => numbers.slice(0, 40).map(() => sm.getCompanyID())))
    assert.ok(answers.every((answer) => answer === 'acme'))
    await until(() => plugins.every(({ heard }) => heard.length === 200 * (round + 1)))
  }
  for (const { heard } of plugins) assert.deepEqual(heard, [...numbers, ...numbers, ...numbers])
})
