// `smartagent validate`: says of each file whether it is right, and where it is not.
import { readFile } from 'node:fs/promises'

import { readRecording } from 'smartagent-plugin-sdk/host'

import { openManifest, openMessage, openScenario } from '../native.js'
import { UsageError, readFlags } from './flags.js'

export const VALIDATE_USAGE = `smartagent validate <file…>

Checks recordings (.ndjson, .jsonl), manifests (a JSON object with the member "manifest"), scenarios (YAML or JSON) and
messages (JSON: {"message": "update_contact", "payload": {"tier": "2"}}, or an array of them): 0 when all of them are
right, else 1 and what is wrong, with file and line. No value of a recording is printed.`

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
  const messages = messagesOf(text)
  if (messages !== null) return checkMessages(messages)
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

/** The messages of a message file; null for any other file. @param {string} text @returns {any[] | null} */
function messagesOf(text) {
  try {
    const value = JSON.parse(text)
    const list = Array.isArray(value) ? value : [value]
    const isMessage = (/** @type {any} */ entry) => typeof entry === 'object' && entry !== null && Object.hasOwn(entry, 'message')
    return list.length > 0 && list.some(isMessage) ? list : null
  } catch {
    return null
  }
}

/** @param {any[]} messages @throws {{ issues: { path: string, message: string, hint?: string }[] }} with every issue of every message */
function checkMessages(messages) {
  const issues = messages.flatMap((entry, index) => {
    const place = messages.length === 1 ? '' : `[${index}]`
    return issuesOf(entry).map((issue) => ({ ...issue, path: [place, issue.path].filter(Boolean).join('.') }))
  })
  if (issues.length > 0) throw Object.assign(new Error('the messages are not right'), { issues })
  return messages.length === 1 ? `the message "${messages[0].message}"` : `${messages.length} messages`
}

/** @param {any} entry @returns {{ path: string, message: string, hint?: string }[]} */
function issuesOf(entry) {
  if (typeof entry !== 'object' || entry === null || typeof entry.message !== 'string') return [{ path: 'message', message: 'must name a message' }]
  const strange = Object.keys(entry).filter((key) => !['message', 'payload', 'contactId'].includes(key))
  const extra = strange.map((key) => ({ path: key, message: 'is no member of a message: there are message, payload and contactId' }))
  try {
    openMessage(entry.message, JSON.stringify(entry.payload ?? {}))
    return extra
  } catch (error) {
    const { issues, message } = /** @type {any} */ (error)
    const found = issues ?? [{ path: '', message }]
    return [...extra, ...found.map((/** @type {any} */ issue) => ({ ...issue, path: issues === undefined ? 'message' : ['payload', issue.path].filter(Boolean).join('.') }))]
  }
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
