// What the thin client makes of the wire vectors that a host could send.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'

import { messagePort, SmartAgent } from '../../js/browser/index.js'
import { ROOT } from '../child-process.js'
import { until } from '../desk.js'

/** @param {string} file @returns {any[]} */
function vectors(file) {
  const read = JSON.parse(readFileSync(path.join(ROOT, 'vectors', file), 'utf8'))
  return (Array.isArray(read) ? read : read.vectors).filter(({ direction, hex }) => direction === 'to_plugin' && hex === undefined)
}

const textOf = ({ text, parts }) => text ?? parts.map(([part, times]) => part.repeat(times)).join('')
const frameOf = (text) => { try { return JSON.parse(text) } catch { return undefined } }
const WELCOME = vectors('frames.json').find(({ name }) => name.includes('fresh')).text

/** A client that is ready, and the other end of its port, which has taken what a frame's `ack` and `seq` ask for. */
async function ready(t) {
  const { port1, port2 } = new MessageChannel()
  const frames = []
  port1.onmessage = ({ data }) => frames.push(JSON.parse(data))
  const sm = new SmartAgent({ transport: messagePort(port2) })
  t.after(() => { sm.close(); port1.close() })
  const init = sm.init()
  await until(() => frames.length === 1)
  port1.postMessage(WELCOME)
  await init
  return { sm, frames, say: (text) => port1.postMessage(text) }
}

/** The frame with numbers that follow, as a vector is not part of a conversation. */
const numbered = (text, seq) => text.replace(/"seq":\d+/, `"seq":${seq}`).replace(/,"ack":\d+/, '')

test('every frame of a host is taken, and the link goes on', async (t) => {
  for (const { name, text } of vectors('frames.json')) {
    const frame = frameOf(text)
    if (frame.type === 'welcome') continue
    const { sm, frames, say } = await ready(t)
    sm.on('error', () => {})
    say(numbered(text, 1))
    say('{"type":"ping","n":1}')
    if (frame.type === 'goodbye' || frame.fatal) await until(() => sm.state === 'closed')
    else await until(() => frames.some(({ type }) => type === 'pong'))
    assert.equal(sm.state, frame.type === 'goodbye' || frame.fatal ? 'closed' : 'ready', name)
    await sm.close()
  }
})

test('payload faults of a host never end the link or change a prototype; own keys stay own', async (t) => {
  let seq = 0
  const { sm, say } = await ready(t)
  const seen = []
  const listener = (payload) => seen.push(payload)
  sm.on('error', () => {})
  for (const { text } of vectors('payload-faults.json')) {
    const whole = textOf({ text, parts: [] }) || ''
    if (frameOf(whole)?.event === 'a') say(numbered(whole, ++seq).replace('"event":"a"', '"event":"acme.a"'))
  }
  sm.on('acme.a', listener)
  await until(() => seen.length === seq)
  assert.ok(seq >= 20)
  assert.equal(sm.state, 'ready')
  assert.equal(Object.prototype.x, undefined)
  const map = seen.map(({ m }) => m).find((m) => m && Object.hasOwn(m, '__proto__'))
  assert.equal(Object.getPrototypeOf(map), Object.prototype)
})

test('what is not JSON, or out of sequence, ends the link; nothing that is refused brings it down otherwise', async (t) => {
  for (const vector of vectors('refused.json')) {
    const text = textOf(vector)
    const { sm, frames, say } = await ready(t)
    sm.on('error', () => {})
    say(text)
    say('{"type":"ping","n":1}')
    await until(() => sm.state === 'closed' || frames.some(({ type }) => type === 'pong'))
    if (frameOf(text) === undefined) {
      assert.equal(sm.state, 'closed', vector.name)
      await until(() => frames.at(-1).type === 'error')
      assert.deepEqual([frames.at(-1).fatal, frames.at(-1).closeCode], [true, 4500])
    }
    await sm.close()
  }
})
