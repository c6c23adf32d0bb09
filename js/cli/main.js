#!/usr/bin/env node
// The `smartagent` command.
import { createRequire } from 'node:module'

import { DEV_USAGE, readDevFlags, runDev } from './dev.js'
import { UsageError, closest } from './flags.js'

const USAGE = `smartagent <command>

  dev      a desktop on this machine for the plugin you are writing

smartagent <command> --help says more.`

/**
 * Runs one command.
 * @param {string[]} argv without `node` and the script
 * @returns {Promise<number>} the exit code: 0 fine, 1 it failed, 2 it was not called right
 */
async function main(argv) {
  const [command, ...rest] = argv
  if (command === undefined || command === 'help' || command === '--help') return say(USAGE)
  if (command === '--version') return say(createRequire(import.meta.url)('../../package.json').version)
  if (command !== 'dev') {
    const near = closest(command, ['dev', 'help'])
    throw new UsageError(`there is no command "${command}"${near === undefined ? '' : `: did you mean "${near}"?`}`)
  }
  if (rest.includes('--help') && !rest.slice(0, rest.indexOf('--help')).includes('--')) return say(DEV_USAGE)
  return runDev(readDevFlags(rest))
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
