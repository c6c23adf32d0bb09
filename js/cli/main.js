#!/usr/bin/env node
// The `smartagent` command.
import { createRequire } from 'node:module'

import { DEV_USAGE, readDevFlags } from './dev-flags.js'
import { runDev } from './dev.js'
import { DOCTOR_USAGE, readDoctorFlags, runDoctor } from './doctor/doctor.js'
import { UsageError, closest } from './flags.js'
import { NEW_USAGE, readNewFlags, runNew } from './new.js'
import { RECORD_USAGE, readRecordFlags } from './record.js'
import { REPLAY_USAGE, readReplayFlags, runReplay } from './replay.js'
import { VALIDATE_USAGE, readValidateFlags, runValidate } from './validate.js'

const USAGE = `smartagent <command>

  dev       a desktop on this machine for the plugin you are writing
  record    the same, and writes a recording of it
  replay    plays a recording to your plugin
  validate  checks recordings, scenarios, manifests and messages
  doctor    explains why a plugin does not appear
  new       writes a plugin that runs and passes its tests

smartagent <command> --help says more.`

/** @type {Record<string, {usage: string, run: (argv: string[]) => Promise<number>}>} */
const COMMANDS = {
  dev: { usage: DEV_USAGE, run: (argv) => runDev(readDevFlags(argv)) },
  record: { usage: RECORD_USAGE, run: (argv) => runDev(readRecordFlags(argv)) },
  replay: { usage: REPLAY_USAGE, run: (argv) => runReplay(readReplayFlags(argv)) },
  doctor: { usage: DOCTOR_USAGE, run: (argv) => runDoctor(readDoctorFlags(argv)) },
  new: { usage: NEW_USAGE, run: (argv) => runNew(readNewFlags(argv)) },
  validate: { usage: VALIDATE_USAGE, run: (argv) => runValidate(readValidateFlags(argv)) },
}

/**
 * Runs one command.
 * @param {string[]} argv without `node` and the script
 * @returns {Promise<number>} the exit code: 0 fine, 1 it failed, 2 it was not called right
 */
async function main(argv) {
  const [command, ...rest] = argv
  if (command === undefined || command === 'help' || command === '--help') return say(USAGE)
  if (command === '--version') return say(createRequire(import.meta.url)('../../package.json').version)
  const known = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined
  if (known === undefined) {
    const near = closest(command, [...Object.keys(COMMANDS), 'help'])
    throw new UsageError(`there is no command "${command}"${near === undefined ? '' : `: did you mean "${near}"?`}`)
  }
  if (rest.includes('--help') && !rest.slice(0, rest.indexOf('--help')).includes('--')) return say(known.usage)
  return known.run(rest)
}

/** @param {string} text */
function say(text) {
  process.stdout.write(`${text}\n`)
  return 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  const usage = error instanceof UsageError
  process.stderr.write(usage ? `smartagent: ${error.message}\n` : `smartagent: ${/** @type {Error} */ (error).stack ?? error}\n`)
  process.exitCode = usage ? 2 : 1
}
