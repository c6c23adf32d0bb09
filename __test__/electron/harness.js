// Where the tests of Electron run: in Electron itself, or, where there is none, with the preload script in an isolated
// world of a real browser and this process in the part of main. Tests see the same names in both.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after } from 'node:test'

import { ROOT } from '../child-process.js'

export const PRELOAD = path.join(ROOT, 'js', 'electron', 'preload.cjs')

/**
 * @typedef {object} Harness
 * @property {any} electron the electron module, as far as the SDK uses it
 * @property {(t: import('node:test').TestContext, preload?: string) => Promise<any>} open a window with the preload script in each
 *   frame: its WebContents
 */

/** @returns {Harness} */
export function useElectron() {
  return process.versions.electron === undefined ? emulated() : real()
}

/** @returns {Harness} */
function emulated() {
  /** @type {Promise<import('./cdp.js').Cdp> | undefined} */
  let browser
  after(async () => (await browser)?.close())
  const modules = Promise.all([import('./cdp.js'), import('./web-contents.js'), import('./renderer.js'), import('./message-ports.js')])
  /** @type {any} */
  const electron = {
    MessageChannelMain: undefined,
    webContents: { fromFrame: (/** @type {any} */ frame) => frame.isDestroyed() ? undefined : frame.webContents },
  }
  return {
    electron,
    async open(t, preload = PRELOAD) {
      const [{ Cdp }, { WebContents }, { installRenderer }, { MessageChannelMain }] = await modules
      electron.MessageChannelMain ??= MessageChannelMain
      const script = `(${installRenderer})()\n${readFileSync(preload, 'utf8')}`
      const webContents = await WebContents.open(await (browser ??= Cdp.launch()), script)
      t.after(() => webContents.close())
      return webContents
    },
  }
}

/** @returns {Harness} */
function real() {
  const loaded = import('electron')
  const harness = {
    electron: /** @type {any} */ (undefined),
    /** @param {import('node:test').TestContext} t @param {string} [preload] */
    async open(t, preload = PRELOAD) {
      const electron = harness.electron ??= await loaded
      const window = new electron.BrowserWindow({
        show: false,
        webPreferences: { preload, sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInSubFrames: true },
      })
      t.after(() => { if (!window.isDestroyed()) window.destroy() })
      return window.webContents
    },
  }
  return harness
}
