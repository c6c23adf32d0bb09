import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'

import { Child, ROOT } from '../child-process.js'
import { linesOf, recordingPath } from './support.js'

const MAIN = path.join(ROOT, 'js', 'cli', 'main.js')
const CALL = ['--headless', '--exit', '--port', '0', '--speed', '20', '--json']

/** @param {import('node:test').TestContext} t @param {string[]} args */
function smartagent(t, ...args) {
  return new Child(t, [process.execPath, MAIN, ...args])
}

/** @param {string} text @param {string} kind @returns {any[]} */
function records(text, kind) {
  return text.trim().split('\n').map((line) => JSON.parse(line)).filter((record) => record.kind === kind)
}

describe('smartagent record, replay and validate', () => {
  it('records a call without customer data, replays it to a plugin with the same events, and finds it valid', async (t) => {
    const file = recordingPath(t)
    const recorded = smartagent(t, 'record', file, ...CALL)
    assert.equal(await recorded.ended, 0, recorded.stdout + recorded.stderr)
    const text = readFileSync(file, 'utf8')
    assert.ok(!text.includes('Robin Caller') && !text.includes('442079460123'))
    assert.equal(linesOf(file)[0].redacted, true)

    const replayed = smartagent(t, 'replay', file, '--port', '0', '--speed', '2', '--json')
    assert.equal(await replayed.ended, 0, replayed.stdout + replayed.stderr)
    const names = (/** @type {string} */ output) => records(output, 'event').map(({ name }) => name).filter((name) => name !== 'contact_updated')
    assert.deepEqual(names(replayed.stdout), names(recorded.stdout))
    assert.equal(records(replayed.stdout, 'summary')[0].ok, true)
    assert.ok(records(replayed.stdout, 'message').length > 0)

    const validated = smartagent(t, 'validate', file, path.join(ROOT, 'scenarios', 'inbound-call.yaml'))
    assert.equal(await validated.ended, 0, validated.stderr)
    assert.match(validated.stdout, /call\.ndjson: a recording of \d+ lines, customers' data left out/)
    assert.match(validated.stdout, /inbound-call\.yaml: the scenario "inbound-call"/)
  })

  it('keeps customer data in a recording only when --no-redact is given', async (t) => {
    const file = recordingPath(t)
    const child = smartagent(t, 'dev', '--record', file, '--no-redact', ...CALL)
    assert.equal(await child.ended, 0, child.stdout + child.stderr)
    assert.ok(readFileSync(file, 'utf8').includes('Robin Caller'))
    assert.equal(linesOf(file)[0].redacted, false)
  })

  it('ends validate with 1 and names file, line and rule of each wrong file, and no value', async (t) => {
    const file = recordingPath(t)
    const manifest = `${file}.json`
    const scenario = `${file}.yaml`
    writeFileSync(file, '{"recording":1,"source":"x","redacted":true,"startedAt":0}\n{"at":0,"kind":"SECRET"}\n')
    writeFileSync(manifest, '{"manifest":1,"id":"acme.panel","nmae":"SECRET"}')
    writeFileSync(scenario, 'scenario: 1\nname: x\nsteps:\n  - anwser\n')
    const child = smartagent(t, 'validate', file, manifest, scenario, `${file}.nowhere`)
    assert.equal(await child.ended, 1)
    assert.ok(child.stderr.includes(`${file}:2: kind: `), child.stderr)
    assert.match(child.stderr, /\.json: nmae: there is no such member/)
    assert.match(child.stderr, /\.yaml:4:\d+: .*answer/)
    assert.match(child.stderr, /nowhere: it cannot be read: ENOENT/)
    assert.ok(!child.stderr.includes('SECRET'), child.stderr)
  })

  it('is not called right with 2 and a sentence', async (t) => {
    const file = recordingPath(t)
    writeFileSync(file, 'x\n')
    for (const [args, message] of /** @type {[string[], RegExp][]} */ ([
      [['record'], /takes one file to write to/],
      [['record', `${file}.nowhere/x`, '--exit', '--port', '0'], /the recording cannot be written to .*: ENOENT/],
      [['replay'], /takes one recording/],
      [['replay', 'a', 'b'], /takes one recording/],
      [['replay', `${file}.nowhere`], /there is no file/],
      [['replay', file], /call\.ndjson:1: not JSON/],
      [['validate'], /takes the files to check/],
      [['validte', file], /did you mean "validate"/],
    ])) {
      const child = smartagent(t, ...args)
      assert.equal(await child.ended, 2, child.stderr)
      assert.match(child.stderr, message)
      assert.equal(child.stderr.trim().split('\n').length, 1)
    }
  })
})
