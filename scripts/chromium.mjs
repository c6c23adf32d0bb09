// Finds the browser that the tests of pages run in, and installs it where that is one command's work.
import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { SetupError, progress, run, runAsProgram } from './steps.mjs'

/** Names on PATH, the open one first. */
const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'microsoft-edge-stable', 'microsoft-edge']

/** Where installers put it, per platform; beneath the folders of the environment on Windows. */
const PLACES = {
  darwin: ['Chromium', 'Google Chrome', 'Microsoft Edge'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`),
  win32: ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((variable) => {
    const folder = process.env[variable]
    const programs = ['Chromium\\Application\\chrome.exe', 'Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe']
    return folder === undefined ? [] : programs.map((program) => path.join(folder, program))
  }),
}

/**
 * The browser's program: what `CHROME_PATH` names, else the first one found.
 * @returns {string | undefined}
 */
export function findChromium() {
  const named = process.env.CHROME_PATH
  if (named !== undefined && named !== '') {
    if (isProgram(named)) return named
    throw new SetupError('CHROME_PATH names no program: set it to the executable of Chromium, Chrome or Edge, or unset it')
  }
  const folders = (process.env.PATH ?? '').split(path.delimiter).concat('/usr/bin', '/snap/bin').filter(Boolean)
  const onPath = process.platform === 'win32' ? [] : PROGRAMS.flatMap((program) => folders.map((folder) => path.join(folder, program)))
  const places = /** @type {Record<string, string[]>} */ (PLACES)[process.platform] ?? []
  return [...onPath, ...places].find(isProgram)
}

/**
 * Makes sure that there is a browser. Installs Debian's package where this process may; elsewhere it says what to do.
 * @returns {Promise<string>} its program
 */
export async function ensureChromium() {
  const found = findChromium()
  if (found !== undefined) return found
  if (!mayInstall()) throw new SetupError(howToInstall())
  progress('installing Chromium for the tests of pages (Debian package "chromium")')
  const install = () => run('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'],
    { quiet: true, env: { DEBIAN_FRONTEND: 'noninteractive' } })
  let result = await install()
  // A fresh image has no package lists yet, and old lists name packages that are gone.
  if (result.code !== 0 && (await run('apt-get', ['update'], { quiet: true })).code === 0) result = await install()
  const installed = findChromium()
  if (installed !== undefined) return installed
  process.stderr.write(result.output)
  throw new SetupError('Chromium was not installed: apt-get says why above; "apt-get update && apt-get install chromium" tries again')
}

function mayInstall() {
  return isDebian() && process.getuid?.() === 0
}

/** Debian alone: Ubuntu's package of that name is a stub that needs the snap daemon. */
function isDebian() {
  return existsSync('/etc/os-release') && /^ID="?debian"?$/m.test(readFileSync('/etc/os-release', 'utf8'))
}

function howToInstall() {
  const commands = {
    darwin: '"brew install --cask chromium"',
    win32: '"winget install Google.Chrome"',
    linux: isDebian()
      ? '"sudo apt-get install chromium"' : 'your distribution\'s package of Chromium or Chrome ("sudo snap install chromium" on Ubuntu)',
  }
  const command = /** @type {Record<string, string>} */ (commands)[process.platform] ?? 'your system\'s package of Chromium'
  return `the tests of pages need Chromium, Chrome or Edge and none was found: install one with ${command}, or set CHROME_PATH`
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

await runAsProgram(import.meta.url, async () => {
  process.stdout.write(`${await ensureChromium()}\n`)
  return 0
})
