// Why no plugin works on this machine: Node, the SDK's addon, the port of the desktop, the page of the desktop.
import { createConnection } from 'node:net'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

import native from '../../native.cjs'
import { fetchPage } from './fetch-page.js'
import { finding } from './page-checks.js'

/** @typedef {import('./page-checks.js').Finding} Finding */

const PACKAGE = new URL('../../../package.json', import.meta.url)
const PAGE = fileURLToPath(new URL('../../../console/dist/index.html', import.meta.url))
const CONNECT_WITHIN_MS = 1_000

/** @param {{ port: number }} options @returns {Promise<Finding[]>} */
export async function checkMachine({ port }) {
  const { version, engines } = JSON.parse(readFileSync(PACKAGE, 'utf8'))
  return [nodeVersion(process.versions.node, engines.node), addon(version), page(), ...await desktop(port, version)]
}

/** @param {string} version @param {string} range of the forms `^a.b.c` and `>=a.b.c`, joined by `||` */
export function nodeVersion(version, range) {
  const check = 'node'
  const own = numbers(version)
  const fits = range.split('||').some((part) => {
    const wanted = numbers(part)
    return compare(own, wanted) >= 0 && (!part.trim().startsWith('^') || own[0] === wanted[0])
  })
  return fits ? finding(check, 'ok', 'Node is recent enough', `Node ${version}`)
    : finding(check, 'problem', 'Node is too old, or of a version without support', `Node ${version} is not ${range}`, 'install the current long-term version from https://nodejs.org')
}

/** @param {string} version */
function addon(version) {
  try {
    native.getNative()
    return finding('addon', 'ok', 'The native addon loads', `smartagent-plugin-sdk ${version} for ${process.platform} ${process.arch}`)
  } catch (error) {
    return finding('addon', 'problem', 'The native addon does not load', /** @type {Error} */ (error).message,
      'install smartagent-plugin-sdk again on this machine; in its own clone run "npm run build"')
  }
}

function page() {
  return existsSync(PAGE) ? finding('page', 'ok', 'The desktop\'s page is there', 'console/dist')
    : finding('page', 'problem', 'The desktop\'s page is not built', 'console/dist/index.html is missing', 'in a clone run "npm run build"; else install the package again')
}

/** @param {number} port @param {string} version @returns {Promise<Finding[]>} */
async function desktop(port, version) {
  const check = 'port'
  if (!(await listens(port))) {
    return [finding(check, 'warning', 'No desktop runs', `nothing listens on port ${port}`, `start one: npx smartagent dev${port === 7420 ? '' : ` --port ${port}`}`)]
  }
  const health = await fetchPage(`http://127.0.0.1:${port}/healthz`, { timeoutMs: 2_000 })
  const facts = health.ok ? parsed(health.body) : null
  if (facts?.ok !== true) {
    return [finding(check, 'problem', 'Another program has the desktop\'s port', `what listens on port ${port} is no SmartAgent desktop`,
      'end that program, or take another port: npx smartagent dev --port 0')]
  }
  const running = typeof facts.version === 'string' ? facts.version : version
  const found = finding(check, 'ok', 'A desktop runs', `port ${port}, version ${running}`)
  return running === version ? [found] : [found, finding('version', 'warning', 'Desktop and SDK are of different versions', `the desktop is ${running}, the SDK here ${version}`,
    'use the same version on both sides')]
}

/** @param {number} port @returns {Promise<boolean>} */
function listens(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1', timeout: CONNECT_WITHIN_MS })
    const end = (/** @type {boolean} */ result) => {
      socket.destroy()
      resolve(result)
    }
    socket.once('connect', () => end(true)).once('timeout', () => end(false)).once('error', () => end(false))
  })
}

/** @param {string} text @returns {any} */
function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** @param {string} text */
function numbers(text) {
  return (/\d+(?:\.\d+)*/.exec(text)?.[0] ?? '0').split('.').map(Number)
}

/** @param {number[]} one @param {number[]} other */
function compare(one, other) {
  for (let at = 0; at < 3; at += 1) {
    const difference = (one[at] ?? 0) - (other[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
