import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { describe, it } from 'node:test'

import { Timeline } from '../../js/cli/timeline.js'

/** @param {{json?: boolean, tty?: boolean, env?: Record<string, string>}} options */
function timeline({ json = false, tty = false, env = {} }) {
  const stream = /** @type {any} */ (new PassThrough())
  if (tty) Object.assign(stream, { isTTY: true, columns: 120 })
  return { timeline: new Timeline({ stream, json, env }), text: () => String(stream.read()) }
}

describe('the timeline', () => {
  it('escapes what could steer a terminal, in names, payloads and errors', () => {
    const { timeline: lines, text } = timeline({})
    lines.write('log', 'std\u001b[2Jout', { plugin: 'a\u009bb', payload: { line: 'x\u001b]0;title\u0007y \u202egnp.exe' } })
    lines.write('answer', 'update_contact', { error: { code: 'E_BAD_REQUEST', message: 'no\u001b[31m\r\nsecond line' } })
    const written = text()
    assert.doesNotMatch(written, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    assert.equal(written.trim().split('\n').length, 2)
    assert.match(written, /\\u001b\]0;title\\u0007y/)
  })

  it('is coloured on a terminal only, and not with NO_COLOR', () => {
    const seen = (/** @type {Parameters<typeof timeline>[0]} */ options) => {
      const { timeline: lines, text } = timeline(options)
      lines.write('event', 'incoming_call', { plugin: 'p', payload: { contactId: 'c' } })
      return text().includes('\u001b[')
    }
    assert.equal(seen({ tty: true }), true)
    assert.equal(seen({ tty: true, env: { NO_COLOR: '1' } }), false)
    assert.equal(seen({ tty: false }), false)
  })

  it('cuts a long payload at the width of the terminal but never a reason', () => {
    const { timeline: lines, text } = timeline({ tty: true, env: { NO_COLOR: '1' } })
    lines.write('event', 'contact_updated', { payload: { text: 'a'.repeat(500) } })
    lines.write('summary', 'inbound-call', { ok: false, error: { message: 'b'.repeat(500) } })
    const [cut, whole] = text().split('\n')
    assert.ok(/** @type {string} */ (cut).length <= 120)
    assert.ok(/** @type {string} */ (whole).includes('b'.repeat(500)))
  })

  it('writes every record as one JSON object a line, and nothing else', () => {
    const { timeline: lines, text } = timeline({ json: true })
    lines.say('for people')
    lines.write('answer', 'get_user', { plugin: 'p', payload: { name: 'line\nbreak' }, tookMs: 3 })
    const written = text()
    assert.equal(written.split('\n').length, 2)
    const { at, ...record } = JSON.parse(written)
    assert.equal(typeof at, 'number')
    assert.deepEqual(record, { kind: 'answer', name: 'get_user', plugin: 'p', payload: { name: 'line\nbreak' } })
  })
})
