// What `smartagent dev` takes.
import { readFlags } from './flags.js'
import { SCENARIO_NAMES } from './scenarios.js'

export const DEV_USAGE = `smartagent dev [flags] [-- <command that starts your plugin>]

  --scenario <s>     what happens, a name or your own YAML or JSON file (default inbound-call):
${wrapped(SCENARIO_NAMES)}
  --speed <n>        n times as fast (default 1)
  --port <n>         where plugins connect (default 7420; 0 = any free port)
  --headless         run without the desktop's page
  --exit             end after the scenario: 0 when it and its expectations passed, else 1 and the reason
  --record <file>    writes a recording of the run; customers' data is left out of it unless --no-redact is given
  --json             NDJSON instead of the timeline

Without a command the bundled sample plugin runs. Your plugin finds the desktop by SMARTAGENT_URL and SMARTAGENT_TOKEN.`

/**
 * @typedef {{scenario: string, speed: number, port: number, exit: boolean, json: boolean, record?: string, redact: boolean,
 *   command: string[], play?: (desk: import('./desk.js').Desk, signal: AbortSignal) => Promise<void>}} DevOptions `play` instead of the scenario,
 *   which only names it then
 */

/** @type {Record<string, import('./flags.js').FlagRule>} */
export const DEV_FLAGS = {
  scenario: { type: 'string' }, speed: { type: 'number', min: 0.01, max: 1000 },
  port: { type: 'number', min: 0, max: 65_535, whole: true },
  headless: { type: 'boolean' }, exit: { type: 'boolean' }, json: { type: 'boolean' },
  record: { type: 'string' }, 'no-redact': { type: 'boolean' },
}

/** @param {string[]} argv @returns {DevOptions} */
export function readDevFlags(argv) {
  const { flags, rest } = readFlags(argv, DEV_FLAGS)
  return devOptions(flags, rest)
}

/** @param {Record<string, string | number | boolean>} flags @param {string[]} command @returns {DevOptions} */
export function devOptions(flags, command) {
  const { scenario = 'inbound-call', speed = 1, port = 7420, exit = false, json = false, record } = /** @type {Partial<DevOptions>} */ (flags)
  return { scenario, speed, port, exit, json, record, redact: flags['no-redact'] !== true, command }
}

/** @param {string[]} names */
function wrapped(names) {
  const half = Math.ceil(names.length / 2)
  return [names.slice(0, half), names.slice(half)].map((part) => `                     ${part.join(', ')}`).join(',\n')
}
