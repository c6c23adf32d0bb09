// `smartagent validate`: says of each file whether it is right, and where it is not.
import { readFile } from 'node:fs/promises'

import { readRecording } from 'smartagent-plugin-sdk/host'

import { openManifest, openScenario } from '../native.js'
import { UsageError, readFlags } from './flags.js'

export const VALIDATE_USAGE = `smartagent validate <file…>

Checks recordings (.ndjson, .jsonl), manifests (a JSON object with the member "manifest") and scenarios (YAML or JSON):
0 when all of them are right, else 1 and what is wrong, with file and line. No value of a recording is printed.`

/** @param {string[]} argv @returns {string[]} */
export function readValidateFlags(argv) {
  const { files } = readFlags(argv, {}, { files: true })
  if (files.length === 0) throw new UsageError('smartagent validate takes the files to check')
  return files
}

/** @param {string[]} files @returns {Promise<number>} the exit code */
export async function runValidate(files) {
  let failed = 0
  for (const file of files) {
    try {
      process.stdout.write(`${file}: ${await validate(file)}\n`)
    } catch (error) {
      failed += 1
      process.stderr.write(`${reason(file, error)}\n`)
    }
  }
  return failed === 0 ? 0 : 1
}

/** @param {string} file @returns {Promise<string>} what it is, when it is right */
async function validate(file) {
  if (/\.(?:ndjson|jsonl)$/i.test(file)) return recording(file)
  const text = await readFile(file, 'utf8')
  if (isManifest(text)) {
    openManifest(text)
    return 'a manifest'
  }
  const { name } = JSON.parse(openScenario(file, text).facts())
  return `the scenario "${name}"`
}

/** @param {string} file */
async function recording(file) {
  let lines = 0
  let redacted = false
  for await (const line of readRecording(file)) {
    lines += 1
    if ('recording' in line) ({ redacted } = line)
  }
  return `a recording of ${lines} lines, customers' data ${redacted ? 'left out' : 'INCLUDED'}`
}

/** @param {string} text */
function isManifest(text) {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Object.hasOwn(value, 'scenario')
  } catch {
    return false
  }
}

/** @param {string} file @param {unknown} error */
function reason(file, error) {
  const { code, message, issues } = /** @type {any} */ (error)
  if (Array.isArray(issues)) {
    return issues.map((issue) => `${file}: ${issue.path === '' ? '' : `${issue.path}: `}${issue.message}${issue.hint === undefined ? '' : `: ${issue.hint}`}`).join('\n')
  }
  if (typeof code === 'string' && !code.startsWith('E_')) return `${file}: it cannot be read: ${code}`
  return message.startsWith(file) ? message : `${file}: ${message}`
}
