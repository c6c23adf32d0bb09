// A desktop's page that embeds a plugin, in a window with preload scripts.
import { SmartAgent } from 'smartagent-plugin-sdk'

import { setStage } from './stage.js'

/** The page's script. @param {string} options of `embedPlugin` */
export const DESK = (options) => `
import { embedPlugin } from '/sdk/embed.js'
window.embed = (more) => {
  const frame = document.createElement('iframe')
  document.body.append(frame)
  const handle = embedPlugin(frame, { ...${options}, ...more })
  window.handle = handle
  window.states = [handle.status.state]
  handle.on('state', ({ state }) => states.push(state))
}
window.embed()`

/** A window that shows a desktop with a plugin's frame. @param {import('node:test').TestContext} t @param {import('./harness.js').Harness} harness @param {string} [preload] */
export async function openDesktop(t, harness, preload) {
  const stage = await setStage(t)
  const { host, url, desktop: site, plugin } = stage
  site.page('/host', DESK(JSON.stringify({ url: plugin.url('/empty'), plugin: 'acme.native', host: url, token: host.token })))
  const webContents = await harness.open(t, preload)
  await webContents.loadURL(site.url('/host'))
  return { ...stage, webContents, which: { origin: plugin.origin, allowedOrigins: [site.origin], electron: harness.electron } }
}

/** A client that ends with the test. @param {import('node:test').TestContext} t @param {any} transport @param {object} [options] */
export function client(t, transport, options = {}) {
  const sm = new SmartAgent({ transport, ...options })
  t.after(() => sm.close())
  return sm
}
