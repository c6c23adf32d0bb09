// Installs what package-lock.json names, and only when it is not there yet.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

import { ROOT, SetupError, npm, progress } from './steps.mjs'

const OLDEST_NODE = 20

/** Installs the development dependencies when `node_modules` is missing or differs from the lock file. */
export async function installDependencies() {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    throw new SetupError(`Node ${OLDEST_NODE} or later is needed and this is ${process.version}: install one from https://nodejs.org`)
  }
  if (isInstalled()) return
  progress('installing dependencies from package-lock.json')
  const { code, output } = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], { quiet: true })
  if (code !== 0) {
    process.stderr.write(output)
    throw new SetupError('the dependencies were not installed: npm says why above; "npm ci" tries again')
  }
}

/** Whether what npm last installed is what the lock file says; packages for other platforms may be missing. */
function isInstalled() {
  const installed = path.join(ROOT, 'node_modules', '.package-lock.json')
  if (!existsSync(installed)) return false
  const wanted = lockedVersions(path.join(ROOT, 'package-lock.json'))
  const present = lockedVersions(installed)
  return Object.entries(wanted).every(([name, { version, optional }]) =>
    name === '' || (present[name] === undefined ? optional === true : present[name].version === version))
}

/**
 * @param {string} file
 * @returns {Record<string, {version: string, optional?: boolean}>}
 */
function lockedVersions(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages
}
