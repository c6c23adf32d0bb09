import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'

import { SCENARIO_NAMES } from '../../js/cli/scenarios.js'
import { Child, ROOT } from '../child-process.js'

const MAIN = path.join(ROOT, 'js', 'cli', 'main.js')

/**
 * Plays a scenario with the plugin of those lines, else the sample.
 * @param {import('node:test').TestContext} t @param {{ scenario: string, speed?: number, plugin?: string }} options
 */
async function play(t, { scenario, speed = 40, plugin }) {
  const child = new Child(t, [process.execPath, MAIN, 'dev', '--headless', '--exit', '--json', '--port', '0',
    '--speed', String(speed), '--scenario', scenario, ...(plugin === undefined ? [] : ['--', process.execPath, plugin])])
  const code = await child.ended
  /** @type {any[]} */
  const all = child.stdout === '' ? [] : child.stdout.trim().split('\n').map((line) => JSON.parse(line))
  const of = (/** @type {string} */ kind) => all.filter((record) => record.kind === kind)
  return { code, all, of, summary: all.at(-1), stderr: child.stderr, names: (/** @type {string} */ kind) => of(kind).map(({ name }) => name) }
}

/**
 * A file that is gone after the test; it lies in the clone, so that a plugin finds the package by its name.
 * @param {import('node:test').TestContext} t @param {string} name @param {string} text
 */
function file(t, name, text) {
  const directory = mkdtempSync(path.join(ROOT, 'target', 'scenario-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  writeFileSync(path.join(directory, name), text)
  return path.join(directory, name)
}

/** @param {import('node:test').TestContext} t @param {string} steps lines of a YAML list */
function scenarioFile(t, steps) {
  return file(t, 'my.yaml', `scenario: 1\nname: mine\nsteps:\n${steps}`)
}

/** @param {import('node:test').TestContext} t @param {string} lines what follows `sm` */
function pluginFile(t, lines) {
  return file(t, 'plugin.mjs', `
    import SmartAgent from 'smartagent-plugin-sdk'
    const sm = new SmartAgent({ plugin: { id: 'mine' } })
    process.once('SIGTERM', () => sm.close())
    ${lines}
    await sm.init()`)
}

describe('the bundled scenarios', () => {
  it('are the eleven of the documentation', () => assert.equal(SCENARIO_NAMES.length, 11))

  for (const scenario of SCENARIO_NAMES) {
    it(`${scenario} passes with the sample plugin`, async (t) => {
      const { code, summary, stderr, names } = await play(t, { scenario })
      assert.equal(code, 0, `${JSON.stringify(summary)}\n${stderr}`)
      assert.equal(summary.name, scenario)
      assert.equal(summary.ok, true)
      assert.ok(names('event').length > 0 && names('answer').length > 0)
    })
  }

  it('pass with a plugin that only listens', async (t) => {
    const plugin = pluginFile(t, "sm.on('incoming_call', ({ phoneNumber }) => console.log(phoneNumber))")
    const { code, summary, names } = await play(t, { scenario: 'inbound-call', plugin })
    assert.equal(code, 0, JSON.stringify(summary))
    assert.deepEqual(names('message'), [])
  })

  it('give the same event payloads, byte for byte, at any speed', async (t) => {
    const plugin = pluginFile(t, "sm.on('incoming_call', () => {})")
    const events = async (/** @type {number} */ speed) =>
      (await play(t, { scenario: 'warm-transfer', speed, plugin })).of('event').map(({ name, payload }) => JSON.stringify({ name, payload }))
    const slow = await events(30)
    assert.ok(slow.length > 20)
    assert.deepEqual(await events(1000), slow)
  })

  it('connection-lost breaks the link, resumes it, and restarts the host into one resync', async (t) => {
    const { code, all, of, names } = await play(t, { scenario: 'connection-lost' })
    assert.equal(code, 0, JSON.stringify(all.at(-1)))
    const states = of('state').map(({ name, payload }) => `${name} ${payload?.reason ?? ''}`.trim())
    assert.deepEqual(states.filter((state) => state.startsWith('session_opened') || state.startsWith('session_resumed')),
      ['session_opened new', 'session_resumed resumed', 'session_opened unknown_session'])
    assert.deepEqual(of('log').filter(({ payload }) => payload.line.startsWith('in step again')).map(({ payload }) => payload.line), ['in step again: 1 contacts'])
    assert.equal(names('event').filter((name) => name === 'call_ended').length, 1)
    assert.deepEqual(names('expectation').filter((name) => name.includes('comes back')),
      ['the plugin comes back after the drop', 'the plugin comes back after the restart'])
  })
})

describe("a scenario of one's own", () => {
  it('is played from its file, and its expectations are told', async (t) => {
    const scenario = scenarioFile(t, '  - incoming\n  - answer\n  - expect: {message: update_contact, payload: {plugin-status: answered}}\n  - expect_none: {message: transfer_call, forMs: 1000}\n')
    const { code, summary, names } = await play(t, { scenario })
    assert.equal(code, 0, JSON.stringify(summary))
    assert.equal(summary.name, 'mine')
    assert.deepEqual(names('expectation').filter((name) => name.includes(' is ')).slice(0, 2), ['update_contact is sent', 'transfer_call is not sent'])
  })

  it('ends with 1 and the reason, with its place, when an expectation is broken', async (t) => {
    const scenario = scenarioFile(t, '  - incoming\n  - expect: {message: update_customer, withinMs: 300}\n  - hang_up\n')
    const { code, summary, of } = await play(t, { scenario })
    assert.equal(code, 1)
    assert.equal(summary.ok, false)
    assert.match(summary.error.message, /my\.yaml:5:5: no matching update_customer came in time/)
    assert.ok(of('expectation').some(({ error }) => error?.message === summary.error.message))
  })

  it('ends with 1 and what is possible when a step is not', async (t) => {
    const { code, summary } = await play(t, { scenario: scenarioFile(t, '  - incoming\n  - hold\n') })
    assert.equal(code, 1)
    assert.match(summary.error.message, /my\.yaml:5:5: hold is not possible while the contact is ringing; allowed there: answer/)
  })

  it('is refused with file, line, column and the closest name, before anything starts', async (t) => {
    for (const [scenario, message] of /** @type {[string, RegExp][]} */ ([
      [scenarioFile(t, '  - incoming\n  - anwser\n'), /my\.yaml:5:5: unknown name `anwser`; did you mean `answer`\?/],
      [scenarioFile(t, '  - incoming: {phonenumber: "+44"}\n'), /my\.yaml:4:\d+: unknown member `phonenumber`; did you mean `phoneNumber`\?/],
      [file(t, 'my.json', '{"scenario": 1,\n "name": "x", "steps": [{"wait": "long"}]}'), /my\.json:2:\d+: /],
      ['./there-is-none.yaml', /the scenario "\.\/there-is-none\.yaml" cannot be read: /],
    ])) {
      const { code, all, stderr } = await play(t, { scenario })
      assert.equal(code, 2, stderr)
      assert.match(stderr, message)
      assert.deepEqual(all, [])
    }
  })

  it('refuses the next message it names, once, and does not hold that against the plugin', async (t) => {
    const scenario = scenarioFile(t, `  - incoming
  - refuse: {message: show_popup_message, code: E_BAD_REQUEST}
  - refuse: {message: update_contact, code: E_UNAVAILABLE}
  - answer
  - expect: {message: show_popup_message}
  - expect: {message: show_popup_message}
  - expect: {message: update_contact, payload: {try: "1"}}
  - expect: {message: update_contact, payload: {try: "2"}}
`)
    const plugin = pluginFile(t, `sm.on('call_started', async () => {
      for (const call of [1, 2]) await sm.send('show_popup_message', { type: 'SUCCESS', popupMessage: 'hi' }).catch((error) => console.log(error.code, error.message))
      for (const call of ['1', '2']) await sm.updateContact({ try: call }).catch((error) => console.log(error.code, error.message))
    })`)
    const { code, summary, of } = await play(t, { scenario, plugin })
    assert.equal(code, 0, JSON.stringify(summary))
    assert.deepEqual(of('log').map(({ payload }) => payload.line),
      ['E_BAD_REQUEST the scenario refuses this show_popup_message', 'E_UNAVAILABLE the scenario refuses this update_contact'])
    assert.deepEqual(of('answer').map(({ name, error }) => `${name} ${error?.code ?? 'ok'}`),
      ['show_popup_message E_BAD_REQUEST', 'show_popup_message ok', 'update_contact E_UNAVAILABLE', 'update_contact ok'])
  })

  it("has a plugin's messages change the call, and says that the plugin did it", async (t) => {
    const scenario = scenarioFile(t, '  - incoming\n  - answer\n  - expect: {message: quick_connect}\n  - wait: 1000\n')
    const plugin = pluginFile(t, "sm.on('call_started', () => sm.send('quick_connect', { name: 'Alex' }))")
    const { code, summary, of } = await play(t, { scenario, plugin })
    assert.equal(code, 0, JSON.stringify(summary))
    const added = of('event').find(({ name }) => name === 'add_connection')
    assert.equal(added.payload.initiatedBy, 'plugin')
    assert.equal(added.payload.connection.quickConnectName, 'Alex')
  })

  it('ends with 1 when the plugin gives up because its link broke', async (t) => {
    const scenario = scenarioFile(t, '  - incoming\n  - wait: 20000\n  - drop: {forMs: 100}\n  - wait: 20000\n')
    const plugin = file(t, 'plugin.mjs', `
      import SmartAgent from 'smartagent-plugin-sdk'
      const sm = new SmartAgent({ plugin: { id: 'mine' }, reconnect: false })
      sm.on('incoming_call', () => {})
      sm.on('closed', () => process.exit(3))
      await sm.init()`)
    const { code, summary } = await play(t, { scenario, plugin })
    assert.equal(code, 1)
    assert.match(summary.error.message, /the plugin ended with exit code 3/)
  })
})
