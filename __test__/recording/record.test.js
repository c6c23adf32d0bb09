import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { Writable } from 'node:stream'
import { describe, it } from 'node:test'

import { readRecording } from '../../host.js'
import { connect, contact, incoming, pair, snapshot, startHost, until, user } from '../desk.js'
import { linesOf, recordingPath } from './support.js'

const CANARY = 'CANARY-Ada-Lovelace'
const NUMBER = '+442071838759'

/** A contact full of what must not be in a redacted recording. @param {any} type */
function personal(type) {
  const endpoint = { endpointARN: null, endpointId: null, type: 'phone_number', name: CANARY, phoneNumber: NUMBER, agentLogin: null, queue: null }
  const leg = { connectionId: 'leg', contactId: 'c1', type: 'inbound', state: { type: 'connected', timestamp: 1 }, isInitialConnection: true, endpoint, quickConnectName: null }
  return contact('c1', type, { attributes: { 'sa-name': CANARY }, customerEndpoint: endpoint, phoneNumber: NUMBER, connections: [/** @type {any} */ (leg)], note: CANARY })
}

/**
 * Every kind of line, with customer data in each that can hold some.
 * @param {import('node:test').TestContext} t @param {any} target @param {any} [options]
 */
async function recordAll(t, target, options) {
  const { host, sm, url } = await pair(t, {}, { plugin: { id: 'p' } })
  const recording = host.record(target, options)
  const heard = []
  sm.on('call_started', () => heard.push('call_started'))
  sm.on(/** @type {any} */ ('acme.note'), () => heard.push('acme.note'))
  host.handle('update_contact', (attributes) => ({ contactId: 'c1', initialContactId: null, attributes }))
  host.handle('update_customer', (customer) => ({ customer }))
  host.handle('transfer_call', () => { throw new Error(CANARY) })
  host.emit('incoming_call', incoming('c1', { contact: personal('connecting'), phoneNumber: NUMBER }))
  host.emit(/** @type {any} */ ('acme.note'), { text: CANARY }, { plugin: 'p' })
  host.applySnapshot(snapshot([personal('connecting')]))
  host.noteCommand({ type: 'accept', contactId: 'c1', initiatedBy: 'agent', ...{ endpoint: personal('connected').customerEndpoint } })
  host.applySnapshot(snapshot([personal('connected')]))
  await sm.updateContact({ 'sa-name': CANARY })
  await sm.sendMessage('update_customer', { name: CANARY, phoneNumber: NUMBER })
  await sm.sendMessage('show_notification', { type: 'CREATE_NOTIFICATION', header: CANARY, text: CANARY })
  await sm.setTitleTag(CANARY)
  await sm.getContacts()
  host.once('error', () => {})
  await assert.rejects(sm.sendMessage('transfer_call', { number: NUMBER }), { code: 'E_INTERNAL' })
  const second = await connect(t, host, url, { plugin: { id: 'q' } })
  await second.close()
  await until(() => heard.length === 2 && host.sessions().length === 1)
  await recording.stop()
  return recording
}

describe('host.record', () => {
  it('writes a header and every kind of line, in order, and counts them', async (t) => {
    const file = recordingPath(t)
    const recording = await recordAll(t, file)
    const [header, ...entries] = linesOf(file)
    assert.equal(header.recording, 1)
    assert.match(header.source, /^smartagent-plugin-sdk\/\d/)
    assert.equal(header.redacted, true)
    assert.ok(Math.abs(Date.now() - header.startedAt) < 60_000)
    assert.equal(recording.lines, entries.length + 1)
    assert.deepEqual(new Set(entries.map(({ kind }) => kind)), new Set(['session', 'emit', 'event', 'snapshot', 'command', 'message', 'answer']))
    assert.deepEqual(entries.map(({ at }) => at), entries.map(({ at }) => at).toSorted((a, b) => a - b))
    assert.deepEqual([entries[0].kind, entries[0].change, entries[0].plugin], ['session', 'present', 'p'])
    const kinds = entries.map(({ kind, event, method }) => `${kind} ${event ?? method ?? ''}`)
    assert.ok(kinds.indexOf('emit incoming_call') < kinds.indexOf('event incoming_call'))
    assert.ok(kinds.indexOf('event incoming_call') < kinds.indexOf('snapshot '))
    assert.ok(kinds.indexOf('snapshot ') < kinds.indexOf('event call_started'))
    assert.ok(kinds.indexOf('message update_contact') < kinds.indexOf('answer update_contact'))
    const failed = entries.find(({ kind, method }) => kind === 'answer' && method === 'transfer_call')
    assert.equal(failed.error.code, 'E_INTERNAL')
    const changes = entries.filter(({ kind, plugin }) => kind === 'session' && plugin === 'q').map(({ change }) => change)
    assert.deepEqual(changes, ['opened', 'retired'])
  })

  it('holds no customer data unless asked, and all of it when asked', async (t) => {
    const [redacted, full] = [recordingPath(t), recordingPath(t)]
    await recordAll(t, redacted)
    await recordAll(t, full, { redact: false })
    const text = readFileSync(redacted, 'utf8')
    assert.ok(!text.includes(CANARY), text.split('\n').find((line) => line.includes(CANARY)))
    assert.ok(!text.includes(NUMBER.slice(1)), text.split('\n').find((line) => line.includes(NUMBER.slice(1))))
    assert.equal(linesOf(redacted).length, linesOf(full).length)
    assert.equal(linesOf(full)[0].redacted, false)
    for (const kind of ['emit', 'event', 'snapshot', 'command', 'message', 'answer']) {
      assert.ok(linesOf(full).some((line) => line.kind === kind && JSON.stringify(line).includes(CANARY)), kind)
    }
    // Both can be read back, line by line.
    for (const file of [redacted, full]) {
      let lines = 0
      for await (const line of readRecording(file)) lines += line === null ? 0 : 1
      assert.equal(lines, linesOf(file).length)
    }
  })

  it('begins with the state that is known, so that a recording may begin in the middle of a call', async (t) => {
    const { host } = await startHost(t)
    host.applySnapshot(snapshot([contact('c1', 'connected')]), { agent: 'ben' })
    const file = recordingPath(t)
    await host.record(file).stop()
    const [, state] = linesOf(file)
    assert.deepEqual([state.kind, state.agent, state.snapshot.contacts[0].contactId], ['snapshot', 'ben', 'c1'])
  })

  it('lets only its owner read the file', { skip: process.platform === 'win32' }, async (t) => {
    const { host } = await startHost(t)
    const file = recordingPath(t)
    await host.record(file).stop()
    assert.equal(statSync(file).mode & 0o077, 0)
  })

  it('does not end a stream that was handed in, and goes on with a new recording after stop', async (t) => {
    const { host } = await startHost(t)
    /** @type {string[]} */
    const text = []
    const stream = new Writable({ write: (chunk, _, done) => { text.push(String(chunk)); setImmediate(done) } })
    const first = host.record(stream)
    assert.throws(() => host.record(stream), { code: 'E_CONFLICT' })
    host.applySnapshot(snapshot([]))
    const stopped = first.stop()
    const second = host.record(stream)
    host.applySnapshot(snapshot([contact('c1')]))
    await Promise.all([stopped, first.stop(), second.stop()])
    assert.equal(stream.writableEnded, false)
    const kinds = text.join('').trim().split('\n').map((line) => JSON.parse(line).kind ?? 'header')
    assert.deepEqual(kinds, ['header', 'snapshot', 'header', 'snapshot', 'snapshot'])
    assert.deepEqual([first.lines, second.lines], [2, 3])
  })

  it('is complete once the host is closed', async (t) => {
    const { host } = await startHost(t)
    const file = recordingPath(t)
    const recording = host.record(file)
    for (let n = 0; n < 500; n++) host.applySnapshot(snapshot([], { timestamp: n }))
    await host.close()
    assert.equal(linesOf(file).length, 501)
    await recording.stop()
  })

  it('lets a host close although its stream takes nothing', async (t) => {
    const { host } = await startHost(t)
    host.record(new Writable({ write() {} }))
    const started = performance.now()
    await host.close()
    assert.ok(performance.now() - started < 3_000)
  })

  it('reports a file that cannot be written as an error of the host, and goes on without it', async (t) => {
    const { host, sm } = await pair(t)
    /** @type {any[]} */
    const errors = []
    host.on('error', (error) => errors.push(error))
    const recording = host.record(`${recordingPath(t)}/nowhere/call.ndjson`)
    await until(() => errors.length > 0)
    assert.equal(errors[0].code, 'E_INTERNAL')
    assert.match(errors[0].message, /the recording cannot be written: ENO/)
    await recording.stop()
    assert.equal(await sm.getUser().then(({ name }) => name), user.name)
    await host.record(recordingPath(t)).stop()
    assert.equal(errors.length, 1)
  })

  it('ends a recording whose stream takes nothing, with bounded memory', async (t) => {
    const { host } = await startHost(t)
    /** @type {any[]} */
    const errors = []
    host.on('error', (error) => errors.push(error))
    const recording = host.record(new Writable({ write() {} }), { redact: false })
    const attributes = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`key${n}`, 'x'.repeat(1_000)]))
    for (let n = 0; n < 200 && errors.length === 0; n++) {
      host.applySnapshot(snapshot([contact('c1', 'connected', { attributes })], { timestamp: n }))
      await new Promise(setImmediate)
    }
    assert.deepEqual(errors.map(({ code }) => code), ['E_OVERFLOW'])
    await recording.stop()
  })

  it('ends a recording that outruns this thread, with bounded memory', async (t) => {
    const { host } = await startHost(t)
    /** @type {any[]} */
    const errors = []
    host.on('error', (error) => errors.push(error))
    const file = recordingPath(t)
    const recording = host.record(file, { redact: false })
    const attributes = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`key${n}`, 'x'.repeat(1_000)]))
    const state = snapshot([contact('c1', 'connected', { attributes })])
    for (let n = 0; n < 90; n++) host.applySnapshot(state)
    await until(() => errors.length > 0)
    assert.deepEqual(errors.map(({ code }) => code), ['E_OVERFLOW'])
    await recording.stop()
    assert.ok(statSync(file).size < 80 * 1_048_576)
  })

  it('refuses what is no target and no option', async (t) => {
    const { host } = await startHost(t)
    for (const call of [() => host.record(/** @type {any} */ (undefined)), () => host.record(/** @type {any} */ ({})),
      () => host.record('x', /** @type {any} */ ({ redact: 'no' }))]) {
      assert.throws(call, { code: 'E_BAD_REQUEST' })
    }
  })
})
