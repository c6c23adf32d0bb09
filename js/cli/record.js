// `smartagent record`: `smartagent dev --record`, by its own name.
import { DEV_FLAGS, devOptions } from './dev-flags.js'
import { UsageError, readFlags } from './flags.js'

export const RECORD_USAGE = `smartagent record <file> [flags] [-- <command that starts your plugin>]

Runs the desktop of "smartagent dev" and writes what it saw and sent to the file, one JSON object a line. Customers' data
is left out unless --no-redact is given. The flags are those of "smartagent dev".`

/** @param {string[]} argv @returns {import('./dev-flags.js').DevOptions} */
export function readRecordFlags(argv) {
  const { record, ...rules } = DEV_FLAGS
  const { flags, rest, files } = readFlags(argv, rules, { files: true })
  const [file, ...others] = files
  if (file === undefined || others.length > 0) throw new UsageError('smartagent record takes one file to write to')
  return devOptions({ ...flags, record: file }, rest)
}
