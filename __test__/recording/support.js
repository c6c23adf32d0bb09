import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'

import native from '../../js/native.cjs'
import { ROOT } from '../child-process.js'

const FOLDER = path.join(ROOT, 'scenarios')

/** The names of the bundled scenarios. */
export const SCENARIOS = readdirSync(FOLDER).map((file) => path.parse(file).name).sort()

/** A path for a recording, gone after the test. @param {import('node:test').TestContext} t */
export function recordingPath(t) {
  const folder = mkdtempSync(path.join(tmpdir(), 'recording-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return path.join(folder, 'call.ndjson')
}

/** @param {string} file @returns {any[]} */
export function linesOf(file) {
  return readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line))
}

/** The events that went out, without what tells one run from another. @param {any[]} lines */
export function eventsOf(lines) {
  return lines.filter(({ kind }) => kind === 'event').map(({ event, timestamp, payload }) => JSON.stringify({ event, timestamp, payload }))
}

/**
 * Plays a bundled scenario to a host, as fast as it goes.
 * @param {import('../../host.js').SmartAgentHost} host @param {string} name
 */
export async function playScenario(host, name) {
  const { NativeScenario } = native.getNative()
  const run = new NativeScenario(name, readFileSync(path.join(FOLDER, `${name}.yaml`), 'utf8'), Infinity)
  for (let now = 0; ;) {
    for (const output of JSON.parse(run.poll(now))) {
      if (output.kind === 'note') host.noteCommand(output.command)
      else if (output.kind === 'apply') host.applySnapshot(output.snapshot)
      else if (output.kind === 'timeout') now = output.at
      else if (output.kind === 'done') return
      await turn()
    }
  }
}
