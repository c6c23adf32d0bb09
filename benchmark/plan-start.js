// @ts-check
// The rows of a start: time until ready, memory, bytes that are shipped.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { ROOT, SetupError } from '../scripts/steps.mjs'
import { contestant, traffic } from './processes.js'

/** @typedef {import('./plan.js').Case} Case @typedef {import('./plan.js').Side} Side @typedef {import('./plan.js').Context} Context */

/** @param {Side} side @param {Context} context */
async function start(side, context) {
  const server = traffic(context.traffic, 'source', {})
  try {
    const { port } = await server.next()
    const bare = await said('bare', '')
    const figures = await said(side === 'ours' ? 'ours' : 'ws', `ws://127.0.0.1:${port}/link`)
    return { ...figures, rssMiB: (figures.rss - bare.rss) / 2 ** 20 }
  } finally {
    await server.stop()
  }
}

/** @param {string} side @param {string} url */
async function said(side, url) {
  const player = contestant('start.js', [side, url])
  try {
    return await player.next()
  } finally {
    await player.stop()
  }
}

/** Megabytes of the addon as it is shipped. */
function addonSize() {
  const name = readdirSync(ROOT).find((file) => file.startsWith('smartagent-plugin-sdk.') && file.endsWith('.node'))
  if (name === undefined) throw new SetupError('there is no addon to measure: "npm run build" makes it')
  const directory = mkdtempSync(path.join(tmpdir(), 'bench-'))
  try {
    const copy = path.join(directory, name)
    copyFileSync(path.join(ROOT, name), copy)
    // A release build is stripped already; where there is no `strip`, as on Windows, symbols are files of their own.
    spawnSync('strip', process.platform === 'darwin' ? ['-x', copy] : [copy])
    return statSync(copy).size / 1e6
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** Bytes of a module as a page gets it: bundled, minified and compressed. @param {string} entry @param {string} name */
async function pageSize(entry, name) {
  const { outputFiles } = await build({
    stdin: { contents: `export { ${name} } from '${entry}'`, resolveDir: ROOT }, bundle: true, minify: true, format: 'esm', platform: 'browser', write: false,
    legalComments: 'none', logLevel: 'silent',
  })
  return gzipSync(outputFiles[0].contents, { level: 9 }).length
}

/** What a page imports. @returns {string | undefined} */
function pageEntry() {
  const { exports } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
  const entry = exports['.'].browser?.default
  return entry !== undefined && existsSync(path.join(ROOT, entry)) ? entry : undefined
}

const whole = { received: 0, expected: 0, checksum: 0 }

/** @type {Case[]} */
export const START_CASES = [
  {
    id: 'start.ready', peer: 'ws, hello and welcome by hand', run: start,
    rows: [
      { id: 'start.ready', figure: 'readyMs', unit: 'ms', goal: 0.5 },
      { id: 'start.rss', figure: 'rssMiB', unit: 'MiB over bare Node', goal: 0.6 },
    ],
  },
  {
    id: 'start.size', peer: 'none', alone: true, once: true,
    run: async () => ({ ...whole, megabytes: addonSize() }),
    rows: [{ id: 'start.size', figure: 'megabytes', unit: 'MB', goal: 1, limit: 4 }],
  },
  {
    id: 'page.size', peer: 'penpal', once: true,
    async run(side) {
      const entry = side === 'ours' ? pageEntry() : 'penpal'
      if (entry === undefined) throw new Error('the package has no client for pages')
      return { ...whole, bytes: await pageSize(entry, side === 'ours' ? 'SmartAgent' : 'WindowMessenger, connect') }
    },
    rows: [{ id: 'page.size', figure: 'bytes', unit: 'bytes, gzip', goal: 1, limit: 4_096 }],
  },
]
