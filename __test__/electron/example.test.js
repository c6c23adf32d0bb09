import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'

import { connectPlugin } from 'smartagent-plugin-sdk/electron/main'

import { ROOT } from '../child-process.js'
import { incoming } from '../desk.js'
import { useElectron } from './harness.js'
import { pageSays, setStage } from './stage.js'

describe('the example of a plugin in Electron', { timeout: 60_000 }, () => {
  const harness = useElectron()

  it('has a page that is linked and shows calls, under its own content security policy', async (t) => {
    const { host, url, plugin } = await setStage(t)
    const webContents = await harness.open(t)
    connectPlugin(webContents, { url, token: host.token, plugin: 'example.plugin-electron', origin: plugin.origin, electron: harness.electron })
    await webContents.loadURL(plugin.url('/sdk/examples/plugin-electron/index.html'))
    await pageSays(webContents, 'document.getElementById("state").textContent === "ready for Ben"')
    host.emit('incoming_call', incoming('c-1'))
    await pageSays(webContents, 'document.querySelector("#calls li")?.textContent === "+442071838750 is calling"')
    await host.close()
    await pageSays(webContents, 'document.getElementById("state").textContent === "the desktop is away"')
  })

  it('keeps Electron\'s defaults for security, and gives the token to main alone', () => {
    const main = readFileSync(path.join(ROOT, 'examples', 'plugin-electron', 'main.js'), 'utf8')
    for (const needed of ['sandbox: true', 'contextIsolation: true', "action: 'deny'", 'will-navigate', 'origin: ORIGIN']) assert.ok(main.includes(needed), needed)
    assert.ok(!/SMARTAGENT_TOKEN|token/.test(readFileSync(path.join(ROOT, 'examples', 'plugin-electron', 'plugin.js'), 'utf8')))
  })
})
