// Builds the page of `smartagent dev`, and only when its sources changed since the last build.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { hashOfFiles } from './build.mjs'
import { installDependencies } from './dependencies.mjs'
import { ROOT, SetupError, progress, run, runAsProgram } from './steps.mjs'

const STAMP = path.join(ROOT, '.cache', 'console-build.json')
const PAGE = path.join(ROOT, 'console', 'dist', 'index.html')
const VITE = path.join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js')
/** Everything that goes into the page; the lock file says which libraries. */
const SOURCES = [
  'console/src', 'console/public', 'console/index.html', 'console/vite.config.ts', 'embed.js', 'js/browser', 'js/errors.js', 'package-lock.json',
]

/**
 * Builds the page when it is stale.
 * @returns {Promise<boolean>} whether it was built
 */
export async function buildConsole() {
  const hash = hashOfFiles(SOURCES)
  if (existsSync(PAGE) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return false
  progress('building the page of the dev desktop')
  const { code } = await run(process.execPath, [VITE, 'build', 'console'], { quiet: true })
  if (code !== 0) throw new SetupError('the page of the dev desktop did not build: Vite says why above; "node scripts/console.mjs" tries again')
  mkdirSync(path.dirname(STAMP), { recursive: true })
  writeFileSync(STAMP, hash)
  return true
}

await runAsProgram(import.meta.url, async () => {
  await installDependencies()
  progress(await buildConsole() ? 'the page of the dev desktop is built' : 'the page of the dev desktop is up to date')
  return 0
})
