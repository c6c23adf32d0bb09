import assert from 'node:assert/strict'
import { createReadStream, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'

import { readRecording, replayRecording } from '../../host.js'
import { connect, contact, incoming, pair, snapshot, startHost, until } from '../desk.js'
import { SCENARIOS, eventsOf, linesOf, playScenario, recordingPath } from './support.js'

/**
 * Records what a run of `play` did on a host with one plugin.
 * @param {import('node:test').TestContext} t
 * @param {(host: import('../../host.js').SmartAgentHost, sm: import('../../index.js').SmartAgent) => unknown} play
 * @param {{ redact?: boolean }} [options]
 */
async function recorded(t, play, options) {
  const { host, sm } = await pair(t, {}, { plugin: { id: 'p' } })
  const file = recordingPath(t)
  const recording = host.record(file, options)
  await play(host, sm)
  await recording.stop()
  await host.close()
  return file
}

describe('replayRecording', () => {
  for (const name of SCENARIOS) {
    it(`yields the events of ${name} again, byte for byte`, async (t) => {
      const first = await recorded(t, (host) => playScenario(host, name), { redact: false })
      const second = await recorded(t, (host) => replayRecording(first, host, { speed: Infinity }), { redact: false })
      const events = eventsOf(linesOf(first))
      assert.ok(events.length > 3)
      assert.deepEqual(eventsOf(linesOf(second)), events)
    })
  }

  it('yields the same calls from a redacted recording, less what only personal data told', async (t) => {
    for (const name of SCENARIOS) {
      const first = await recorded(t, (host) => playScenario(host, name))
      const second = await recorded(t, (host) => replayRecording(first, host, { speed: Infinity }))
      const names = (/** @type {string} */ file) => linesOf(file)
        .filter(({ kind, event }) => kind === 'event' && event !== 'contact_updated').map(({ event }) => event)
      assert.deepEqual(names(second), names(first), name)
    }
  })

  it('gives a plugin what the first one got: emitted events, a plugin\'s own commands, and the source', async (t) => {
    const file = await recorded(t, async (host, sm) => {
      host.handle('transfer_call', () => ({ contactId: 'c1', connectionId: null, kind: 'cold', endpoint: { endpointARN: null, endpointId: null, type: 'phone_number', name: null, phoneNumber: '+442071838751', agentLogin: null, queue: null } }))
      host.emit('incoming_call', incoming('c9'), { session: host.sessions()[0]?.session })
      host.applySnapshot(snapshot([contact('c1', 'connected')]))
      await sm.sendMessage('transfer_call', { number: '+442071838751' })
      host.applySnapshot(snapshot([contact('c1', 'ended')]))
      host.applySnapshot(snapshot([]))
    }, { redact: false })
    const lines = linesOf(file)
    assert.equal(lines.find(({ kind }) => kind === 'command').command.initiatedBy, 'plugin')
    const { host, url } = await startHost(t, { host: { name: 'replay', version: '1', source: 'recording' } })
    const sm = await connect(t, host, url, { plugin: { id: 'p' } })
    const result = await sm.init()
    assert.equal(result.host.source, 'recording')
    /** @type {string[]} */
    const heard = []
    for (const event of /** @type {const} */ (['incoming_call', 'call_started', 'transfer_call', 'call_ended'])) {
      sm.on(event, (payload, meta) => void heard.push(JSON.stringify({ event, timestamp: meta.timestamp, payload })))
    }
    const played = await replayRecording(createReadStream(file), host, { speed: Infinity })
    assert.deepEqual(played, { snapshots: 3, commands: 1, emits: 1 })
    const expected = eventsOf(lines).filter((event) => /"event":"(incoming_call|call_started|transfer_call|call_ended)"/.test(event))
    await until(() => heard.length === expected.length)
    assert.deepEqual(heard, expected)
  })

  it('keeps the time between lines, divided by the speed', async (t) => {
    const lines = recordingOf([0, 400, 800])
    const { host } = await startHost(t)
    const times = []
    const started = performance.now()
    await replayRecording(lines, host, { speed: 4, each: () => void times.push(performance.now() - started) })
    assert.ok(times[1] >= 95 && times[2] >= 195, String(times))
    assert.ok(times[2] < 2_000, String(times))
  })

  it('stops when its signal is aborted', async (t) => {
    const { host } = await startHost(t)
    const controller = new AbortController()
    const replay = replayRecording(recordingOf([0, 60_000]), host, { signal: controller.signal })
    setTimeout(() => controller.abort(), 20)
    await assert.rejects(replay, { code: 'E_CANCELLED' })
    await assert.rejects(replayRecording(recordingOf([0]), host, { signal: AbortSignal.abort() }), { code: 'E_CANCELLED' })
  })

  it('lets another agent play a recorded one\'s part, or leaves it out', async (t) => {
    const { host, sm } = await pair(t)
    const heard = []
    sm.on('incoming_call', ({ contactId }) => heard.push(contactId))
    const lines = [HEADER, ...['ben', 'eve'].map((agent) =>
      JSON.stringify({ at: 0, kind: 'snapshot', agent, snapshot: snapshot([contact(agent)]) }))]
    await replayRecording(lines, host, { agent: (name) => name === 'ben' ? 'default' : null })
    await until(() => heard.length > 0)
    assert.deepEqual(heard, ['ben'])
  })

  it('names line and rule of what is wrong, and no value', async (t) => {
    const { host } = await startHost(t)
    const line = (/** @type {object} */ entry) => [HEADER, '', JSON.stringify({ at: 1, ...entry })]
    const secret = 'SECRET'
    for (const [lines, message] of /** @type {[string[], RegExp][]} */ ([
      [[], /recording:1: the recording is empty/],
      [['{"at":1}'], /recording:1: the header is missing/],
      [['{"recording":2}'], /:1: recording: this version/],
      [[HEADER, HEADER], /:2: a second header/],
      [[HEADER, `{"at":${secret}`], /:2: not JSON: column \d+/],
      [line({ kind: 'snapsot' }), /:3: kind: not the name of a kind of line: did you mean `snapshot`\?/],
      [line({ kind: 'emit', event: 'incoming_cal', payload: {} }), /:3: event: not the name of an event: did you mean `incoming_call`\?/],
      [line({ kind: 'snapshot', agent: 'a', snapshot: { ...snapshot([]), contacts: secret } }), /:3: snapshot\.contacts: /],
      [line({ kind: 'command', agent: 'a', command: { type: secret } }), /:3: command: a command with type/],
      [line({ kind: 'session', agent: 'a', change: secret }), /:3: change: present, opened/],
      [[HEADER, '{"at":5,"kind":"session","change":"opened","reason":"x","agent":"a","plugin":"p","session":"s"}', '{"at":4}'], /:3: at: earlier/],
    ])) {
      await assert.rejects(replayRecording(lines, host, { speed: Infinity }), (/** @type {any} */ error) => {
        assert.equal(error.code, 'E_BAD_REQUEST')
        assert.match(error.message, message)
        assert.ok(!error.message.includes(secret), error.message)
        return true
      })
    }
    for (const speed of [0, -1, NaN, 'fast']) {
      await assert.rejects(replayRecording([], host, { speed: /** @type {any} */ (speed) }), { code: 'E_BAD_REQUEST' })
    }
  })

  it('reads a recording in pieces that break anywhere', async (t) => {
    const file = await recorded(t, (host) => playScenario(host, 'inbound-call'))
    const bytes = readFileSync(file)
    async function* pieces() {
      for (let at = 0; at < bytes.length; at += 997) yield bytes.subarray(at, at + 997)
    }
    const read = []
    for await (const line of readRecording(pieces())) read.push(line)
    assert.deepEqual(read, linesOf(file))
  })
})

const HEADER = '{"recording":1,"source":"test","redacted":true,"startedAt":0}'

/** @param {number[]} times */
function recordingOf(times) {
  return [HEADER, ...times.map((at) => JSON.stringify({ at, kind: 'snapshot', agent: 'default', snapshot: snapshot([], { timestamp: at }) }))]
}
