// The tests of Electron in Electron itself, where there is one.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'

import { Child, ROOT } from '../child-process.js'

const HERE = path.join(ROOT, '__test__', 'electron')
/** Those that are about the package and not about windows. */
const OF_NODE = new Set(['electron.test.js', 'main.test.js', 'quit.test.js'])

/** The binary: what `ELECTRON_PATH` names, else the one that the package electron has downloaded. */
function findElectron() {
  const named = process.env.ELECTRON_PATH
  if (named !== undefined && named !== '') return existsSync(named) ? named : assert.fail(`ELECTRON_PATH names no file: ${named}`)
  const installed = path.join(ROOT, 'node_modules', 'electron')
  const relative = path.join(installed, 'path.txt')
  if (!existsSync(relative)) return undefined
  const binary = path.join(installed, 'dist', readFileSync(relative, 'utf8').trim())
  return existsSync(binary) ? binary : undefined
}

const binary = findElectron()
const skip = binary === undefined && 'no Electron binary: set ELECTRON_PATH, or run "node node_modules/electron/install.js"'
if (skip !== false) process.stdout.write(`SKIPPED: the tests in a real Electron: ${skip}. They ran in Chromium with the electron module bridged.\n`)

describe('Electron itself', { skip, timeout: 900_000 }, () => {
  it('passes the tests that the bridged browser passes', async (t) => {
    const files = readdirSync(HERE).filter((file) => file.endsWith('.test.js') && !OF_NODE.has(file)).map((file) => path.join(HERE, file))
    const root = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []
    const display = process.platform === 'linux' && process.env.DISPLAY === undefined ? ['--ozone-platform=headless'] : []
    const child = new Child(t, [/** @type {string} */ (binary), ...root, ...display, path.join(HERE, 'app', 'main.js'), ...files, path.join(HERE, 'app', 'unsandboxed.test.js')])
    assert.equal(await child.ended, 0, child.stdout + child.stderr)
    assert.match(child.stdout, /^# fail 0$/m)
  })
})
