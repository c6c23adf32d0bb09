// Looks through every tracked text file for what must not be published: secrets, paths of one machine, hosts of one
// registry, open ends.
import { execFileSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'

import { ROOT, runAsProgram } from './steps.mjs'

/** @type {{what: string, pattern: RegExp}[]} */
const RULES = [
  // Character classes keep the patterns from matching this file.
  { what: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KE[Y]-----/ },
  { what: 'an access token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|npm_[A-Za-z0-9]{30,}|AKIA[0-9A-Z]{16}|xox[abp]-[\w-]{10,})/ },
  { what: 'a path of one machine', pattern: /(?<![\w.])\/(?:wor[k]|roo[t]|home\/[a-z]\w*|Users\/[A-Za-z]\w*|tm[p])\/[\w.-]/ },
  { what: 'a host of a registry', pattern: /registry\.npmj[s]\.org|index\.crate[s]\.io|static\.crate[s]\.io|files\.pythonhoste[d]/ },
  { what: 'an open end', pattern: /\b(?:TOD[O]|FIXM[E]|XX[X])\b|\btod[o]!\(|\bunimplemente[d]!\(/ },
]

/** @param {string} file @returns {string[]} one line per finding */
function findings(file) {
  const full = path.join(ROOT, file)
  if (!statSync(full, { throwIfNoEntry: false })?.isFile()) return []
  const text = readFileSync(full, 'utf8')
  if (text.includes('\0')) return []
  return text.split('\n').flatMap((line, index) =>
    RULES.filter(({ pattern }) => pattern.test(line)).map(({ what }) => `${file}:${index + 1}: ${what}`))
}

await runAsProgram(import.meta.url, async () => {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean)
  const found = files.flatMap(findings)
  for (const line of found) process.stdout.write(`${line}\n`)
  process.stdout.write(`${files.length} files looked through, ${found.length} findings\n`)
  return found.length === 0 ? 0 : 1
})
