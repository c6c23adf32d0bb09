// `smartagent replay`: a recorded call for a plugin, with the timeline of `smartagent dev`.
import { readRecording, replayRecording } from 'smartagent-plugin-sdk/host'

import { runDev } from './dev.js'
import { UsageError, readFlags } from './flags.js'

export const REPLAY_USAGE = `smartagent replay <file> [flags] [-- <command that starts your plugin>]

  --speed <n>      n times as fast (default 1)
  --port <n>       where plugins connect (default 7420; 0 = any free port)
  --agent <name>   which recorded agent's calls are played (default: the first one's)
  --json           NDJSON instead of the timeline

Plays the recording once to the first plugin that connects: 0 when every message of the plugin was accepted, else 1 and
the reason. Without a command the bundled sample plugin runs.`

/** The agent of every plugin that connects with the desktop's own token. */
const AGENT = 'default'

/** @typedef {{file: string, speed: number, port: number, agent?: string, json: boolean, command: string[]}} ReplayOptions */

/** @param {string[]} argv @returns {ReplayOptions} */
export function readReplayFlags(argv) {
  const { flags, rest, files } = readFlags(argv, {
    speed: { type: 'number', min: 0.01, max: 1_000_000 }, port: { type: 'number', min: 0, max: 65_535, whole: true },
    agent: { type: 'string' }, json: { type: 'boolean' },
  }, { files: true })
  const [file, ...others] = files
  if (file === undefined || others.length > 0) throw new UsageError('smartagent replay takes one recording')
  const { speed = 1, port = 7420, agent, json = false } = /** @type {Partial<ReplayOptions>} */ (flags)
  return { file, speed, port, agent, json, command: rest }
}

/** @param {ReplayOptions} options @returns {Promise<number>} the exit code */
export async function runReplay({ file, speed, port, agent, json, command }) {
  const agents = await agentsOf(file)
  const played = agent ?? agents[0]
  if (played === undefined) throw new UsageError(`${file}: nothing in this recording can be played`)
  if (!agents.includes(played)) throw new UsageError(`${file}: there is no agent "${played}" in it: there is ${agents.join(', ')}`)
  return runDev({
    scenario: file, scenarioGiven: true, speed, port, headless: true, exit: true, json, redact: true, command,
    play: async (desk, signal) => {
      answerAsRecorded(desk.host)
      await replayRecording(file, desk.host, { speed, signal, agent: (name) => name === played ? AGENT : null })
        .catch((error) => { if (!signal.aborted) throw error })
    },
  })
}

/** What was recorded is not changed by what a plugin writes now. @param {import('smartagent-plugin-sdk/host').SmartAgentHost} host */
function answerAsRecorded(host) {
  host.handle('update_contact', (attributes, { contactId }) => ({ contactId: /** @type {string} */ (contactId), initialContactId: null, attributes }))
  let customer = {}
  host.handle('update_customer', (fields) => ({ customer: customer = { ...customer, ...fields } }))
}

/**
 * Whose calls are in a recording. Reads all of it, so that what is wrong is told before anything is played.
 * @param {string} file
 * @returns {Promise<string[]>}
 */
async function agentsOf(file) {
  const agents = new Set()
  try {
    for await (const line of readRecording(file)) {
      if ('kind' in line && (line.kind === 'snapshot' || line.kind === 'emit')) agents.add(line.agent)
    }
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
    throw new UsageError(code === 'ENOENT' ? `there is no file ${file}` : message)
  }
  return [...agents]
}
