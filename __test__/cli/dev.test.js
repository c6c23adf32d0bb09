import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { describe, it } from 'node:test'

import { Child, ROOT } from '../child-process.js'

const MAIN = path.join(ROOT, 'js', 'cli', 'main.js')
const KINDS = ['action', 'event', 'message', 'answer', 'state', 'expectation', 'log', 'summary']
const MEMBERS = ['at', 'kind', 'name', 'plugin', 'payload', 'error', 'ok']

/** @param {import('node:test').TestContext} t @param {string[]} flags */
function dev(t, flags) {
  return new Child(t, [process.execPath, MAIN, 'dev', ...flags])
}

/**
 * A plugin of those lines; it lies in the clone, so that it finds the package by its name.
 * @param {import('node:test').TestContext} t
 * @param {string} source
 */
function pluginFile(t, source) {
  const directory = mkdtempSync(path.join(ROOT, 'target', 'plugin-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  const file = path.join(directory, 'plugin.mjs')
  writeFileSync(file, source)
  return file
}

/** @param {string} text @returns {any[]} */
function records(text) {
  return text.trim().split('\n').map((line) => JSON.parse(line))
}

/** @param {import('node:test').TestContext} t @returns {Promise<number>} a port that is taken until the test ends */
function takenPort(t) {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => resolve(/** @type {import('node:net').AddressInfo} */ (server.address()).port))
    t.after(() => server.close())
  })
}

const RUN = ['--headless', '--scenario', 'inbound-call', '--exit', '--port', '0', '--speed', '20']

describe('smartagent dev', () => {
  it('plays a call with the sample plugin through npm start and prints NDJSON with a summary last', async (t) => {
    const child = new Child(t, ['npm', 'start', '--', ...RUN, '--json'])
    assert.equal(await child.ended, 0, child.stdout + child.stderr)
    const all = records(child.stdout)
    for (const record of all) {
      assert.ok(Number.isInteger(record.at) && record.at >= 0, JSON.stringify(record))
      assert.ok(KINDS.includes(record.kind) && typeof record.name === 'string', JSON.stringify(record))
      assert.deepEqual(Object.keys(record).filter((key) => !MEMBERS.includes(key)), [])
    }
    assert.deepEqual(all.map(({ at }) => at), all.map(({ at }) => at).toSorted((a, b) => a - b))
    const summary = all.at(-1)
    assert.equal(summary.kind, 'summary')
    assert.equal(summary.ok, true)
    assert.deepEqual(all.filter(({ kind }) => kind === 'action').map(({ name }) => name),
      ['incoming', 'answer', 'attributes', 'hold', 'resume', 'next_status', 'hang_up', 'clear'])
    const events = all.filter(({ kind }) => kind === 'event').map(({ name }) => name).filter((name) => name !== 'contact_updated')
    assert.deepEqual(events,
      ['incoming_call', 'call_started', 'on_hold', 'off_hold', 'next_status', 'call_ended', 'after_call_work', 'after_call_work_end', 'next_status'])
    const ring = all.find(({ kind, name }) => kind === 'event' && name === 'incoming_call')
    assert.equal(ring.plugin, 'sample-plugin')
    assert.equal(ring.payload.phoneNumber, '+442079460123')
    assert.equal(ring.payload.contact.attributes['sa-name'], 'Robin Caller')
    const asked = all.filter(({ kind }) => kind === 'message').map(({ name }) => name)
    const answered = all.filter(({ kind, error }) => kind === 'answer' && error === undefined).map(({ name }) => name)
    assert.deepEqual(answered.toSorted(), asked.toSorted())
    for (const name of ['show_notification', 'set_title_tag', 'update_contact']) assert.ok(asked.includes(name), name)
  })

  it('prints a timeline for people, without colour when it is not a terminal', async (t) => {
    const child = dev(t, RUN)
    assert.equal(await child.ended, 0, child.stdout + child.stderr)
    assert.match(child.stdout, /^SMARTAGENT_URL=ws:\/\/127\.0\.0\.1:\d+\/link SMARTAGENT_TOKEN=\S+$/m)
    assert.match(child.stdout, /→ event +incoming_call +sample-plugin +contactId=\S+ phoneNumber=\+442079460123/)
    assert.match(child.stdout, /← message +update_contact/)
    assert.match(child.stdout, /→ answer +update_contact +[\d.]+ ms/)
    assert.ok(!child.stdout.includes('\u001b'))
  })

  it('ends with 1 and the reason when the plugin crashes in the middle of the call', async (t) => {
    const plugin = pluginFile(t, `
      import SmartAgent from 'smartagent-plugin-sdk'
      const sm = new SmartAgent({ plugin: { id: 'crasher' } })
      sm.on('call_started', () => { setImmediate(() => { throw new Error('out of luck') }) })
      await sm.init()`)
    const child = dev(t, [...RUN, '--json', '--', process.execPath, plugin])
    assert.equal(await child.ended, 1)
    const summary = records(child.stdout).at(-1)
    assert.equal(summary.ok, false)
    assert.match(summary.error.message, /the plugin ended with exit code 1 without being told to: .*out of luck/)
  })

  it('ends with 1 and names the expectation when a message of the plugin is refused', async (t) => {
    const plugin = pluginFile(t, `
      import { WebSocket } from 'ws'
      const socket = new WebSocket(process.env.SMARTAGENT_URL, 'smartagent.link.v1')
      const send = (frame) => socket.send(JSON.stringify(frame))
      socket.on('open', () => send({ type: 'hello', versions: [1], plugin: { id: 'raw', instance: 'one' },
        sdk: { name: 'raw', version: '1', runtime: 'node' }, auth: { scheme: 'bearer', token: process.env.SMARTAGENT_TOKEN } }))
      socket.on('message', (data) => {
        const frame = JSON.parse(data)
        if (frame.type === 'welcome') send({ type: 'request', seq: 1, id: 'q1', method: 'set_title_tag', deadlineMs: 5000, payload: { titel: 'x' } })
        if (frame.type === 'ping') send({ type: 'pong', n: frame.n })
      })`)
    const child = dev(t, [...RUN, '--json', '--', process.execPath, plugin])
    assert.equal(await child.ended, 1)
    const all = records(child.stdout)
    assert.match(all.at(-1).error.message, /expected: every message of the plugin is accepted; but set_title_tag: E_BAD_REQUEST/)
    assert.ok(all.some(({ kind, error }) => kind === 'expectation' && error !== undefined))
  })

  it('ends with 1 when the command of the plugin does not exist', async (t) => {
    const child = dev(t, [...RUN, '--json', '--', 'no-such-plugin-command'])
    assert.equal(await child.ended, 1)
    assert.match(records(child.stdout).at(-1).error.message, /the plugin did not start: .*ENOENT/)
  })

  it('refuses a misspelt flag, scenario or command and names the closest one', async (t) => {
    for (const [flags, message] of /** @type {[string[], RegExp][]} */ ([
      [['dev', '--headles'], /no flag --headles: did you mean --headless\?/],
      [['dev', '--nonsense'], /no flag --nonsense; --help lists/],
      [['dev', '--scenario', 'inbound-cal'], /no scenario "inbound-cal": did you mean "inbound-call"\?/],
      [['dve'], /no command "dve": did you mean "dev"\?/],
      [['dev', '--speed', 'fast'], /--speed takes a number/],
      [['dev', '--port'], /--port needs a value/],
      [['dev', 'plugin.js'], /"plugin\.js" is not a flag: a plugin's command goes behind "--"/],
    ])) {
      const child = new Child(t, [process.execPath, MAIN, ...flags])
      assert.equal(await child.ended, 2)
      assert.match(child.stderr, message)
      assert.equal(child.stderr.trim().split('\n').length, 1)
    }
  })

  it('says that the port is in use and names a free one', async (t) => {
    const port = await takenPort(t)
    const child = dev(t, ['--port', String(port), '--exit'])
    assert.equal(await child.ended, 2)
    const [, next] = /** @type {RegExpExecArray} */ (new RegExp(`port ${port} is in use: try --port (\\d+)`).exec(child.stderr) ?? assert.fail(child.stderr))
    assert.notEqual(Number(next), port)
  })

  it('stays up after the scenario without --exit, and Ctrl-C ends it and the plugin within two seconds', async (t) => {
    const plugin = pluginFile(t, `
      import SmartAgent from 'smartagent-plugin-sdk'
      process.on('SIGTERM', () => {})
      const sm = new SmartAgent({ plugin: { id: 'stubborn' } })
      sm.on('incoming_call', () => {})
      await sm.init()
      console.log('pid', process.pid)`)
    const child = dev(t, ['--port', '0', '--speed', '50', '--', process.execPath, plugin])
    const [, pid] = await child.see(/pid (\d+)/)
    await child.see(/The desktop stays up/)
    const started = performance.now()
    child.process.kill('SIGINT')
    assert.equal(await child.ended, 0, child.stderr)
    assert.ok(performance.now() - started < 2_000)
    assert.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' })
  })
})
