// The desk behind the page: every command of the console link, with a real plugin on the link.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, it } from 'node:test'

import SmartAgent, { SmartAgentError, websocket } from 'smartagent-plugin-sdk'

import WebSocket from 'ws'

import { ROOT } from '../child-process.js'
import { Page, startDesk } from './dev-desk.js'

const PLUGIN = ['--plugin', 'http://localhost:9/']

/** @param {import('node:test').TestContext} t @param {{ port: number, pluginToken: string }} desk */
async function connect(t, { port, pluginToken }) {
  const sm = new SmartAgent({ transport: websocket(`ws://127.0.0.1:${port}/link`, { token: pluginToken }), plugin: { id: 'acme.test', type: 'call' } })
  t.after(() => sm.close())
  await sm.init()
  return sm
}

/**
 * Sends a request that the SDK for Node would refuse itself, as a page's client does.
 * @param {import('node:test').TestContext} t @param {{ port: number, pluginToken: string }} desk @param {string} method @param {any} payload
 */
function sendRaw(t, { port, pluginToken: token }, method, payload) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/link`, ['smartagent.link.v1'])
  t.after(() => socket.terminate())
  const send = (/** @type {any} */ frame) => socket.send(JSON.stringify(frame))
  socket.on('open', () => send({
    type: 'hello', versions: [1], plugin: { id: 'acme.raw', instance: 'i1' }, sdk: { name: 'raw', version: '1', runtime: 'node' }, auth: { scheme: 'bearer', token },
  }))
  return new Promise((resolve) => void socket.on('message', (data) => {
    const { type } = JSON.parse(String(data))
    if (type === 'welcome') send({ type: 'request', seq: 1, id: 'r1', method, payload, deadlineMs: 5_000 })
    if (type === 'response') resolve(undefined)
  }))
}

describe('the console link', () => {
  it('greets a page with welcome, state and rows, and drives a whole call by its commands', async (t) => {
    const desk = await startDesk(t, PLUGIN)
    const page = new Page(t, desk)
    await page.see(({ types }) => types.length >= 3)
    assert.deepEqual(page.types.slice(0, 3), ['welcome', 'state', 'rows'])
    const sm = await connect(t, desk)
    /** @type {string[]} */
    const events = []
    for (const event of /** @type {const} */ (['incoming_call', 'call_started', 'on_hold', 'off_hold', 'add_connection', 'conference_connections', 'toggle_connections', 'end_connection',
      'call_ended', 'after_call_work', 'after_call_work_end', 'next_status', 'transfer_call'])) sm.on(event, () => void events.push(event))

    const { result } = await page.act('incoming', { phoneNumber: '+442079460123', name: 'Robin', queue: 'sales', attributes: { tier: '2', city: 'Leeds' } })
    const ringing = await page.see(({ state }) => state?.contacts.find(({ contact }) => contact.contactId === result.contactId))
    assert.equal(ringing.phase, 'ringing')
    assert.deepEqual(ringing.contact.attributes, { tier: '2', city: 'Leeds' })
    assert.ok(ringing.allowed.includes('answer') && !ringing.allowed.includes('hold'))
    for (const [name, parameters] of /** @type {[string, any?][]} */ ([
      ['answer'], ['hold'], ['resume'], ['mute'], ['unmute'], ['add', { quickConnect: 'Alex', as: 'alex' }], ['party_answers'], ['toggle'], ['conference'],
      ['end_connection', { party: 'alex' }], ['next_status', { name: 'Break' }], ['attributes', { set: { tier: '' } }],
    ])) {
      const answer = await page.act(name, parameters)
      assert.equal(answer.ok, true, `${name}: ${JSON.stringify(answer)}`)
    }
    assert.equal((await page.ask('keypad', { digits: '12#' })).ok, true)
    const talking = await page.see(({ state }) => state?.contacts.find(({ digits }) => digits === '12#'))
    assert.deepEqual(talking.contact.attributes, { city: 'Leeds' })
    await page.act('hang_up')
    await page.act('clear')
    await page.see(({ state }) => state?.contacts.length === 0)
    assert.equal((await page.see(({ state }) => state?.agent.user.state.name === 'Break' && state)).agent.next, null)
    await page.see(({ rows }) => rows.some(({ kind, name }) => kind === 'event' && name === 'after_call_work_end'))
    assert.deepEqual(events, ['incoming_call', 'call_started', 'on_hold', 'off_hold', 'add_connection', 'on_hold', 'toggle_connections', 'off_hold', 'conference_connections',
      'end_connection', 'next_status', 'call_ended', 'after_call_work', 'after_call_work_end', 'next_status'])
  })

  it('shows what a plugin does, and pairs each request with its answer in the inspector', async (t) => {
    const desk = await startDesk(t, PLUGIN)
    const page = new Page(t, desk)
    const sm = await connect(t, desk)
    await page.act('outgoing', { phoneNumber: '+442079460123' })
    await sm.setTitleTag('Hello')
    const { notificationIds } = await sm.send('show_notification', { type: 'CREATE_NOTIFICATION', header: 'A', text: 'B' })
    await sm.send('show_popup_message', { type: 'ERROR', popupMessage: 'Oh' })
    await sm.send('update_customer', { name: 'Robin', email: 'r@example.com' })
    await sendRaw(t, desk, 'show_notification', { type: 'CREATE_NOTIFICATION', header: '', txt: 'x' })
    const state = await page.see(({ state: seen }) => seen?.contacts[0]?.customer && seen)
    assert.equal(state.plugins.find(({ plugin }) => plugin === 'acme.test')?.title, 'Hello')
    assert.deepEqual(state.notifications.map(({ notificationId, header }) => [notificationId, header]), [[notificationIds[0], 'A']])
    assert.deepEqual(state.popups.map(({ type, message }) => [type, message]), [['ERROR', 'Oh']])
    assert.equal(state.contacts[0]?.customer?.email, 'r@example.com')

    const wrong = await page.see(({ rows }) => rows.find(({ kind, error }) => kind === 'answer' && error !== undefined))
    assert.equal(wrong.error?.code, 'E_BAD_REQUEST')
    assert.deepEqual(wrong.error?.issues?.map(({ path: place }) => place).sort(), ['header', 'text', 'txt'])
    const request = page.rows.find(({ kind, correlation }) => kind === 'message' && correlation === wrong.correlation)
    assert.deepEqual(request?.payload, { type: 'CREATE_NOTIFICATION', header: '', txt: 'x' })
    assert.ok(request && request.size > 0 && request.seq !== null && typeof wrong.latencyMs === 'number')
    for (const kind of ['hello', 'welcome', 'open']) assert.ok(page.rows.some(({ name }) => name === kind), kind)
    const text = JSON.stringify(page.rows)
    assert.ok(!text.includes(desk.pluginToken) && !/"resumeToken":"r_/.test(text), 'no token is shown')
    await page.ask('notification.dismiss', { notificationId: notificationIds[0] })
    await page.see(({ state: seen }) => seen?.notifications.length === 0)
  })

  it('plays a scenario: step by step, at another speed, paused, and to its end', async (t) => {
    const desk = await startDesk(t, PLUGIN)
    const page = new Page(t, desk)
    await connect(t, desk)
    await page.ask('scenario.load', { name: 'hold-and-resume' })
    const ready = await page.see(({ state }) => state?.scenario.loaded?.name === 'hold-and-resume' && state.scenario.loaded)
    await page.ask('scenario.step')
    const first = await page.see(({ state }) => state?.contacts.length === 1 && state)
    assert.deepEqual([first.scenario.loaded?.done, first.clock.rate, first.scenario.loaded?.state], [1, 0, 'paused'])
    await page.ask('scenario.step')
    const second = await page.see(({ state }) => state?.contacts[0]?.phase === 'talking' && state)
    assert.ok((second.scenario.loaded?.done ?? 0) >= 3, 'the wait before it was skipped')
    assert.ok(second.clock.now > first.clock.now)
    await sleep(300)
    assert.equal((await page.ask('snapshot')).result.state.clock.now, second.clock.now, 'a paused clock stands still')
    await page.ask('scenario.speed', { speed: 100 })
    await page.ask('scenario.play')
    const passed = await page.see(({ state }) => state?.scenario.loaded?.state === 'passed' && state.scenario.loaded)
    assert.equal(passed.done, ready.steps.length)
    await page.ask('scenario.load', { file: 'mine.yaml', text: 'scenario: 1\nname: mine\nsteps:\n  - expect: {message: update_contact, withinMs: 100}\n' })
    await page.ask('scenario.play')
    const failed = await page.see(({ state }) => state?.scenario.loaded?.state === 'failed' && state.scenario.loaded)
    assert.match(failed.failure ?? '', /mine\.yaml:4:\d+: no matching update_contact came in time/)
    assert.match((await page.ask('scenario.load', { file: 'bad.yaml', text: 'scenario: 1\nname: x\nsteps:\n  - anwser\n' })).error.message, /bad\.yaml:4/)
    assert.equal((await page.ask('scenario.load', { name: '../../etc/passwd' })).error.code, 'E_NOT_FOUND')
    await page.ask('scenario.stop')
    assert.equal((await page.see(({ state }) => state?.scenario.loaded === null && state)).clock.rate, 1)
  })

  it('plays faults: links drop and resume, the host dies and comes back with the calls, answers are slow and refused', async (t) => {
    const desk = await startDesk(t, PLUGIN)
    const page = new Page(t, desk)
    const sm = await connect(t, desk)
    let resyncs = 0
    sm.on('resync', () => { resyncs += 1 })
    await page.act('incoming', { phoneNumber: '+442079460123' })
    await page.act('answer')

    await page.ask('fault.drop', { forMs: 300 })
    await page.see(({ state }) => (state?.faults.droppedUntil ?? null) !== null)
    await sm.waitFor('ready')
    assert.equal(resyncs, 0, 'a short outage is bridged')
    await page.ask('fault.kill', { downMs: 200 })
    await sm.waitFor('resync')
    assert.equal((await sm.getContacts()).length, 1, 'the call outlives the host')
    assert.equal((await page.see(({ state }) => state?.faults.downUntil === null && state)).contacts.length, 1)

    await page.ask('fault.slow', { byMs: 400, forMs: 60_000 })
    const started = performance.now()
    await sm.setTitleTag('slow')
    assert.ok(performance.now() - started >= 390)
    await page.see(({ state }) => state?.plugins.some(({ title }) => title === 'slow'))
    await page.ask('fault.refuse', { message: 'get_user', code: 'E_UNAVAILABLE' })
    await page.ask('fault.clear')
    assert.equal((await page.ask('snapshot')).result.state.faults.slow, null)
    await page.ask('fault.refuse', { message: 'get_user', code: 'E_UNAVAILABLE' })
    await sm.setTitleTag('not meant')
    await assert.rejects(sm.getUser(), (error) => error instanceof SmartAgentError && error.code === 'E_UNAVAILABLE')
    assert.equal((await sm.getUser()).username, 'sam', 'one refusal, one message')
    await page.ask('fault.delay', { byMs: 200, forMs: 60_000 })
    const before = performance.now()
    await sm.getUser()
    assert.ok(performance.now() - before >= 390, 'there and back')
  })

  it('answers a wrong command with an error that says what to correct, and closes on what is no message', async (t) => {
    const desk = await startDesk(t, PLUGIN)
    const page = new Page(t, desk)
    await page.see(({ state }) => state)
    for (const [command, parameters, code, message] of /** @type {[string, any, string, RegExp][]} */ ([
      ['act', { name: 'answer' }, 'E_CONFLICT', /contact/], ['act', { name: 'fly' }, 'E_BAD_REQUEST', /fly/], ['act', {}, 'E_BAD_REQUEST', /name/],
      ['scenario.pase', undefined, 'E_UNKNOWN_METHOD', /did you mean "scenario\.pause"/], ['fault.drop', { forMs: -1 }, 'E_BAD_REQUEST', /forMs/],
      ['fault.refuse', { code: 'E_NOTHING' }, 'E_BAD_REQUEST', /code/], ['scenario.speed', { speed: 1e9 }, 'E_BAD_REQUEST', /speed/],
      ['rows', { before: 0, limit: 1 }, 'E_BAD_REQUEST', /before/], ['keypad', { digits: '1' }, 'E_NO_CONTACT', /no call/], ['scenario.play', undefined, 'E_CONFLICT', /loaded/],
    ])) {
      if (command === 'scenario.play') await page.ask('scenario.stop')
      const { ok, error } = await page.ask(command, parameters)
      assert.deepEqual([ok, error.code], [false, code], command)
      assert.match(error.message, message)
    }
    page.socket.send('nonsense')
    assert.equal(await page.closed, 4500)
  })

  it('keeps the newest rows, gives older ones by page, and exports the recording', async (t) => {
    const folder = mkdtempSync(path.join(ROOT, 'target', 'desk-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const file = path.join(folder, 'run.ndjson')
    const desk = await startDesk(t, [...PLUGIN, '--record', file])
    const sm = await connect(t, desk)
    for (let count = 0; count < 60; count += 1) await sm.setTitleTag(`t${count}`)
    const page = new Page(t, desk)
    await page.see(({ rows }) => rows.some(({ payload }) => /** @type {any} */ (payload)?.title === 't59'))
    const ids = page.rows.map(({ id }) => id)
    assert.deepEqual(ids, ids.toSorted((a, b) => a - b))
    const older = (await page.ask('rows', { before: 40, limit: 10 })).result.rows
    assert.deepEqual(older.map((/** @type {Row} */ { id }) => id), [30, 31, 32, 33, 34, 35, 36, 37, 38, 39])
    const { text, name } = (await page.ask('recording', { redact: true })).result
    assert.match(name, /^smartagent-.*\.ndjson$/)
    assert.equal(JSON.parse(text.split('\n')[0]).redacted, true)
    assert.equal((await page.ask('recording', { redact: false })).error.code, 'E_CONFLICT')
    desk.child.process.kill('SIGINT')
    assert.equal(await desk.child.ended, 0)
    assert.ok(readFileSync(file, 'utf8').startsWith(text), 'the file has what the page was given')
  })

  it('starts the plugin\'s process again when asked, tells the page that the desk ends, and ends within two seconds', async (t) => {
    const desk = await startDesk(t, ['--', process.execPath, 'sample-plugin/plugin.js'])
    const page = new Page(t, desk)
    const first = await page.see(({ state }) => state?.plugins.find(({ connected }) => connected))
    assert.deepEqual((await page.ask('plugin.reload')).result, { reloaded: ['process'] })
    await page.see(({ state }) => state?.plugins.some(({ connected, session }) => connected && session !== first.session))
    assert.equal(page.state?.embed, null)
    const started = performance.now()
    desk.child.process.kill('SIGINT')
    assert.equal(await page.closed, 4001)
    assert.equal(await desk.child.ended, 0, desk.child.stderr)
    assert.ok(performance.now() - started < 2_000)
    await assert.rejects(fetch(desk.origin))
  })
})

/** @typedef {import('../../js/cli/console/protocol.js').Row} Row */
