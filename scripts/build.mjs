// Builds the native addon, and only when its sources changed since the last build. As a program it builds js/bundle.js too.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { buildBundle } from './bundle.mjs'
import { installDependencies } from './dependencies.mjs'
import { ROOT, SetupError, progress, run, runAsProgram } from './steps.mjs'

const STAMP = path.join(ROOT, '.cache', 'native-build.json')
const NAPI = path.join(ROOT, 'node_modules', '@napi-rs', 'cli', 'dist', 'cli.js')
/** Everything that goes into the addon. */
const SOURCES = ['src', 'scenarios', 'Cargo.toml', 'Cargo.lock', 'build.rs', 'rust-toolchain.toml', '.cargo']

/**
 * Builds the addon when it is stale.
 * @param {{release?: boolean}} [options] a release build also serves where a development build is asked for
 * @returns {Promise<boolean>} whether anything was built
 */
export async function buildNative({ release = false } = {}) {
  const hash = hashOfFiles(SOURCES)
  const last = readStamp()
  if (last?.hash === hash && existsSync(path.join(ROOT, last.file)) && (last.release || !release)) return false
  await requireCargo()
  progress(`building the native addon (${release ? 'release' : 'development'} profile; minutes the first time, seconds later)`)
  const args = [NAPI, 'build', '--platform', '--no-js', '--dts', 'js/binding.d.ts', ...(release ? ['--release'] : [])]
  const { code } = await run(process.execPath, args)
  if (code !== 0) throw new SetupError('the native addon did not build: the compiler says why above; "npm run build" tries again')
  const file = newestBinary()
  if (file === undefined) throw new SetupError('the build produced no binary: remove the directory "target" and run "npm run build"')
  mkdirSync(path.dirname(STAMP), { recursive: true })
  writeFileSync(STAMP, `${JSON.stringify({ hash, release, file })}\n`)
  return true
}

async function requireCargo() {
  const { code } = await run('cargo', ['--version'], { quiet: true })
  if (code !== 0) {
    throw new SetupError('Rust is needed to build the native addon and "cargo" does not run: install it with '
      + '"curl --proto =https --tlsv1.2 -sSf https://sh.rustup.rs | sh" (Windows: https://rustup.rs) and try again')
  }
}

/**
 * A hash over the content of every source file, so that a checkout or a touched file alone causes no build.
 * @param {string[]} sources files and folders
 */
export function hashOfFiles(sources) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`)
  for (const file of sources.flatMap(filesUnder).sort()) hash.update(`\0${file}\0`).update(readFileSync(path.join(ROOT, file)))
  return hash.digest('hex')
}

/** @param {string} name @returns {string[]} */
function filesUnder(name) {
  const full = path.join(ROOT, name)
  if (!existsSync(full)) return []
  try {
    return readdirSync(full).flatMap((entry) => filesUnder(`${name}/${entry}`))
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOTDIR') return [name]
    throw error
  }
}

/** @returns {{hash: string, release: boolean, file: string} | undefined} */
function readStamp() {
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'))
  } catch {
    // No stamp, or one cut short by an interrupted build: both mean "build".
    return undefined
  }
}

/** @returns {string | undefined} the binary's file name; the CLI names it after the platform it built for */
function newestBinary() {
  const age = (/** @type {string} */ file) => statSync(path.join(ROOT, file)).mtimeMs
  return readdirSync(ROOT)
    .filter((file) => file.startsWith('smartagent-plugin-sdk.') && file.endsWith('.node'))
    .sort((a, b) => age(b) - age(a))[0]
}

await runAsProgram(import.meta.url, async () => {
  await installDependencies()
  const built = await buildNative({ release: process.argv.includes('--release') })
  await buildBundle()
  progress(built ? 'the native addon is built' : 'the native addon is up to date')
  return 0
})
