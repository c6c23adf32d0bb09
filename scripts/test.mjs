// `npm test [-- --rust|--js|--types] [-- <text>]`: set-up, then every test; a text keeps the tests whose name or file holds it.
import { readdirSync } from 'node:fs'
import path from 'node:path'

import { ROOT, progress, run, runAsProgram } from './steps.mjs'
import { setUp } from './setup.mjs'

/** @typedef {{name: string, passed: number, failed: number, seconds: number}} PartResult */

const FEATURE_SETS = [
  { name: 'rust, core alone', flags: ['--no-default-features'] },
  { name: 'rust, with WebSocket', flags: ['--no-default-features', '--features', 'ws'] },
  { name: 'rust, with Node-API', flags: [] },
]

/** @param {string} [filter] */
function parts(filter) {
  const rust = FEATURE_SETS.map(({ name, flags }) => ({
    kind: 'rust', name, command: 'cargo', args: ['test', '--locked', ...flags, ...(filter ? [filter] : [])],
    count: /test result: \w+\. (?<passed>\d+) passed; (?<failed>\d+) failed/g,
  }))
  const files = testFiles('__test__', filter)
  const js = files.length === 0 ? [] : [{
    kind: 'js', name: 'javascript', command: process.execPath,
    args: ['--test', '--test-reporter=spec', '--test-timeout=180000', ...files],
    count: /^ℹ (?:pass (?<passed>\d+)|fail (?<failed>\d+))$/gm,
  }]
  const types = filter ? [] : [['types', '.'], ["types, the desktop's page", 'console']].map(([name, project]) => ({
    kind: 'types', name, command: process.execPath,
    args: [path.join('node_modules', 'typescript', 'bin', 'tsc'), '-p', project], count: undefined,
  }))
  return [...rust, ...js, ...types]
}

/** @param {string} directory @param {string} [filter] @returns {string[]} */
function testFiles(directory, filter) {
  return readdirSync(path.join(ROOT, directory), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.test\.[cm]?js$/.test(entry.name))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath ?? entry.path, entry.name)))
    .filter((file) => !file.includes('node_modules') && (filter === undefined || file.includes(filter)))
    .sort()
}

/**
 * @param {ReturnType<typeof parts>[number]} part
 * @returns {Promise<PartResult>}
 */
async function runPart({ name, command, args, count }) {
  progress(`testing: ${name}`)
  const started = Date.now()
  const { code, output } = await run(command, args)
  let passed = 0
  let failed = 0
  for (const match of count === undefined ? [] : output.replaceAll(/\x1b\[[\d;]*m/g, '').matchAll(count)) {
    passed += Number(match.groups?.passed ?? 0)
    failed += Number(match.groups?.failed ?? 0)
  }
  if (count === undefined && code === 0) passed = 1
  // A part that ended badly without a failed test did not compile or crashed.
  if (code !== 0 && failed === 0) failed = 1
  return { name, passed, failed, seconds: Math.round((Date.now() - started) / 1000) }
}

await runAsProgram(import.meta.url, async () => {
  const flags = process.argv.slice(2).filter((arg) => arg.startsWith('--'))
  const filter = process.argv.slice(2).find((arg) => !arg.startsWith('--'))
  const wanted = parts(filter).filter(({ kind }) => flags.length === 0 || flags.includes(`--${kind}`))
  await setUp({ browser: wanted.some(({ kind }) => kind === 'js') })
  /** @type {PartResult[]} */
  const results = []
  for (const part of wanted) results.push(await runPart(part))
  const sum = (/** @type {'passed' | 'failed'} */ key) => results.reduce((total, result) => total + result[key], 0)
  process.stdout.write('\n')
  for (const { name, passed, failed, seconds } of results) {
    process.stdout.write(`${failed === 0 ? 'ok    ' : 'FAILED'} ${name.padEnd(22)} ${passed} passed, ${failed} failed, ${seconds} s\n`)
  }
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`)
  return sum('failed') === 0 && sum('passed') > 0 ? 0 : 1
})
