import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

import { DESK } from '../embedding-desktop.js'
import { setStage } from '../stage.js'

const PRELOAD = fileURLToPath(new URL('unsandboxed-preload.cjs', import.meta.url))

describe('a preload script that is not sandboxed', { skip: process.versions.electron === undefined && 'it needs Electron', timeout: 60_000 }, () => {
  it('has the native SDK in its frame, over five reloads', async (t) => {
    const { BrowserWindow } = await import('electron')
    const { host, url, desktop, plugin } = await setStage(t)
    const page = `${plugin.url('/empty')}?desktop=${encodeURIComponent(desktop.origin)}`
    desktop.page('/host', DESK(JSON.stringify({ url: page, plugin: 'acme.native', host: url, token: host.token })))
    const window = new BrowserWindow({ show: false, webPreferences: { preload: PRELOAD, sandbox: false, contextIsolation: true, nodeIntegrationInSubFrames: true } })
    t.after(() => window.destroy())
    for (let round = 0; round < 6; round++) {
      const titled = new Promise((/** @type {(notice: any) => void} */ resolve) => void host.once('title', resolve))
      await window.loadURL(desktop.url('/host'))
      assert.equal((await titled).title, 'native in the frame')
    }
  })
})
