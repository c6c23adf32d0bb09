import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

import { parentWindow } from 'smartagent-plugin-sdk'

import { client, openDesktop } from './embedding-desktop.js'
import { useElectron } from './harness.js'
import { frameAt } from './stage.js'

const LENDING = fileURLToPath(new URL('window-preload.cjs', import.meta.url))

describe('parentWindow() of the native SDK', { timeout: 120_000 }, () => {
  const harness = useElectron()

  it('links the process of the frame itself, one client at a time', async (t) => {
    const { host, plugin, desktop: site, webContents } = await openDesktop(t, harness, LENDING)
    lendWindow(t, webContents, await frameAt(webContents, plugin.origin))
    const transport = parentWindow({ allowedOrigins: [site.origin] })
    const sm = client(t, transport)
    await sm.init()
    assert.equal(host.sessions()[0]?.origin, plugin.origin)
    assert.equal(await sm.getCompanyID(), 'acme')
    await assert.rejects(client(t, parentWindow({ allowedOrigins: [site.origin] })).init(), { code: 'E_CONFLICT' })
    await sm.close()
    await client(t, parentWindow({ allowedOrigins: [site.origin] })).init()
  })

  it('rejects with E_ORIGIN and E_NOT_EMBEDDED as in a page', async (t) => {
    await assert.rejects(client(t, parentWindow()).init(), { code: 'E_NOT_EMBEDDED' })
    const { plugin, desktop: site, webContents } = await openDesktop(t, harness, LENDING)
    lendWindow(t, webContents, await frameAt(webContents, plugin.origin))
    await assert.rejects(client(t, parentWindow()).init(), (/** @type {any} */ error) => error.code === 'E_ORIGIN' && error.message.includes(site.origin))
    assert.throws(() => parentWindow(/** @type {any} */ ({ allowedOrigins: 'https://desk.example' })), { code: 'E_BAD_REQUEST', path: 'allowedOrigins' })
  })
})

/** Makes a frame's window this process's, as a preload script without the sandbox has it. @param {import('node:test').TestContext} t @param {any} webContents @param {any} frame */
function lendWindow(t, webContents, frame) {
  const parent = { postMessage: (/** @type {string} */ text) => frame.postMessage('test.post', text) }
  const window = {
    parent,
    addEventListener(/** @type {string} */ name, /** @type {any} */ listener, /** @type {{ signal: AbortSignal }} */ { signal }) {
      const heard = (/** @type {any} */ { ports }, /** @type {any} */ { data, origin }) => listener({ source: parent, data, origin, ports })
      webContents.ipc.on('test.posted', heard)
      signal.addEventListener('abort', () => webContents.ipc.off('test.posted', heard))
    },
  }
  Object.assign(globalThis, { window })
  t.after(() => { Reflect.deleteProperty(globalThis, 'window') })
}
