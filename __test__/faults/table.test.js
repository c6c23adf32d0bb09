import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { ROOT } from '../child-process.js'

/** How many rows each group has; the threats are those that have a test of their own. */
const ROWS = { A: 25, B: 22, C: 12, J: 8, F: 20 }

const rows = readFileSync(path.join(ROOT, 'docs', 'faults.md'), 'utf8').split('\n')
  .map((line) => /^\| (?<id>[A-Z]\d+) \| (?<what>[^|]+) \| (?<tests>.+) \|$/.exec(line)?.groups)
  .filter((row) => row !== undefined)

/** @param {string} file */
const read = (file) => existsSync(path.join(ROOT, file)) ? readFileSync(path.join(ROOT, file), 'utf8') : undefined

test('the table of faults has every row once', () => {
  const ids = rows.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  for (const [letter, count] of Object.entries(ROWS)) {
    assert.deepEqual(ids.filter((id) => id?.startsWith(letter)), Array.from({ length: count }, (_, n) => `${letter}${n + 1}`))
  }
})

test('every test that the table of faults names exists', () => {
  /** @type {string[]} */
  const missing = []
  for (const { id, tests } of rows) {
    if (tests?.startsWith('*later*: ')) continue
    for (const entry of tests?.split('<br>') ?? []) {
      const { file, name } = /^`(?<file>[^`]+)`: `(?<name>[^`]+)`$/.exec(entry)?.groups ?? assert.fail(`${id}: ${entry} is not \`file\`: \`test\``)
      const text = read(/** @type {string} */ (file))
      const found = file?.endsWith('.rs')
        ? text?.includes(`fn ${name}(`)
        : ['test', 'it'].some((call) => ["'", '"', '`'].some((quote) => text?.includes(`${call}(${quote}${name}`)))
      if (!found) missing.push(`${id}: ${entry}`)
    }
  }
  assert.deepEqual(missing, [])
})
