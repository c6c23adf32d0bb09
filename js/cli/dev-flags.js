// What `smartagent dev` takes.
import { PLUGIN_TYPES } from '../../schema/names.js'
import { UsageError, closest, readFlags } from './flags.js'
import { SCENARIO_NAMES } from './scenarios.js'

export const DEV_USAGE = `smartagent dev [flags] [-- <command that starts your plugin>]

  --plugin <url>     your plugin's page, http or https; it is shown in a frame of the desktop's page
  --type <t>         its type: ${PLUGIN_TYPES.join(', ')} (default: what its manifest says)
  --scenario <s>     what happens, a name or your own YAML or JSON file (default inbound-call);
                     the desktop's page plays it when asked, or at once where this flag or a command is given:
${wrapped(SCENARIO_NAMES)}
  --speed <n>        n times as fast (default 1)
  --port <n>         of the page and of the link for plugins (default 7420; 0 = any free port)
  --headless         run without the desktop's page: the scenario is played to the plugin, and again on Enter
  --exit             end after the scenario: 0 when it and its expectations passed, else 1 and the reason
  --record <file>    writes a recording of the run; customers' data is left out of it unless --no-redact is given
  --json             NDJSON instead of the timeline

Prints the address of the desktop's page, and a line for a plugin in another terminal. Without --plugin and without a
command the bundled sample plugin runs. A command finds the desktop by SMARTAGENT_URL and SMARTAGENT_TOKEN; with --plugin
it is what serves the page.`

/**
 * @typedef {{scenario: string, scenarioGiven: boolean, speed: number, port: number, headless: boolean, exit: boolean, json: boolean,
 *   plugin?: string, type?: string, record?: string, redact: boolean,
 *   command: string[], play?: (desk: import('./desk.js').Desk, signal: AbortSignal) => Promise<void>}} DevOptions `play` instead of the scenario,
 *   which only names it then
 */

/** @type {Record<string, import('./flags.js').FlagRule>} */
export const DEV_FLAGS = {
  plugin: { type: 'string' }, type: { type: 'string' },
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
  const {
    scenario = 'inbound-call', speed = 1, port = 7420, headless = false, exit = false, json = false, record, plugin, type,
  } = /** @type {Partial<DevOptions>} */ (flags)
  if (plugin !== undefined && (headless || exit)) throw new UsageError('--plugin needs the desktop\'s page: leave --headless and --exit out')
  return {
    scenario, scenarioGiven: flags.scenario !== undefined, speed, port, headless, exit, json, record,
    plugin: plugin === undefined ? undefined : pageAddress(plugin), type: type === undefined ? undefined : pluginType(type),
    redact: flags['no-redact'] !== true, command,
  }
}

/** @param {string} text */
function pageAddress(text) {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol)) throw new UsageError(`--plugin takes an http or https address, as http://localhost:5173/, and not "${text}"`)
  if (url.username !== '' || url.password !== '') throw new UsageError('--plugin takes an address without user and password')
  return url.href
}

/** @param {string} type */
function pluginType(type) {
  if (/** @type {readonly string[]} */ (PLUGIN_TYPES).includes(type)) return type
  const near = closest(type, [...PLUGIN_TYPES])
  throw new UsageError(`there is no plugin type "${type}": ${near === undefined ? `there is ${PLUGIN_TYPES.join(', ')}` : `did you mean "${near}"?`}`)
}

/** @param {string[]} names */
function wrapped(names) {
  const half = Math.ceil(names.length / 2)
  return [names.slice(0, half), names.slice(half)].map((part) => `                     ${part.join(', ')}`).join(',\n')
}
