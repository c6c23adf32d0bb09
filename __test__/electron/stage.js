// A stage for tests: pages of plugins and desktops on sites of their own, a real host, and windows with the preload script.
import assert from 'node:assert/strict'

import { WebSocket } from 'ws'

import { openSites } from '../browser/chromium.js'
import { FOREIGN_PLUGIN } from '../browser/foreign-plugin.js'
import { startHost } from '../desk.js'

// Electron's main process has a WebSocket; Node has it from version 22 on. This one throws what nobody hears.
globalThis.WebSocket ??= /** @type {any} */ (class extends WebSocket {
  /** @param {ConstructorParameters<typeof WebSocket>} given */
  constructor(...given) {
    super(...given)
    this.on('error', () => {})
  }
})

/** Somebody else's client again, that asks its preload script in place of its parent window. */
export const ASKING_PLUGIN = `const parent = window\n${FOREIGN_PLUGIN
  .replace("smartagent: 'knock', versions: [1],", "smartagent: 'port?',")
  .replace("offer.smartagent !== 'offer'", "offer.smartagent !== 'port'")}`

/**
 * @param {import('node:test').TestContext} t
 * @param {import('../../host.js').SmartAgentHostOptions} [options]
 */
export async function setStage(t, options = {}) {
  const sites = await openSites(t, { desktop: 'desktop.test', plugin: 'plugin.test', other: 'other.test' })
  for (const site of Object.values(sites)) {
    site.page('/plugin', ASKING_PLUGIN)
    site.page('/empty', '')
  }
  for (const [path, site] of /** @type {const} */ ([['/desk', sites.plugin], ['/desk-of-other', sites.other]])) {
    sites.desktop.page(path, '', { body: `<iframe name="crm" src="${site.url('/plugin')}"></iframe>` })
  }
  const { host, url } = await startHost(t, { limits: { ratePerSecond: 0 }, allowedOrigins: [sites.desktop.origin], ...options })
  return { ...sites, host, url }
}

/** Waits until a page's expression is true. @param {any} frame or its window, whatever document that shows @param {string} expression @param {number} [timeoutMs] */
export async function pageSays(frame, expression, timeoutMs = 8_000) {
  const end = performance.now() + timeoutMs
  for (;;) {
    const said = await frame.executeJavaScript(expression).catch(() => undefined)
    if (said) return said
    assert.ok(performance.now() < end, `the page never said ${expression}`)
    await pause(20)
  }
}

/** Waits for a frame of a window that shows an origin. @param {any} webContents @param {string} origin */
export async function frameAt(webContents, origin) {
  for (let tries = 0; tries < 400; tries++) {
    const frame = framesOf(webContents).find(({ origin: shown, parent }) => shown === origin && parent !== null)
    if (frame !== undefined) return frame
    await pause(20)
  }
  return assert.fail(`no frame shows ${origin}`)
}

/** None while the window goes from one document to the next. @param {any} webContents @returns {any[]} */
export function framesOf(webContents) {
  try {
    return webContents.mainFrame.framesInSubtree
  } catch {
    return []
  }
}

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
