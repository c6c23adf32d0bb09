// A real browser for tests: pages of different sites, all served from this process.
import { after } from 'node:test'

import { launchBrowser } from './launch.js'
import { Site } from './site.js'

/** What a page said on its console or threw without catching it. @typedef {{kind: string, text: string}} Line */

/**
 * A browser for the tests of one file; it ends with them.
 * @param {{args?: string[]}} [options]
 */
export function useBrowser({ args = [] } = {}) {
  /** @type {Promise<import('playwright-core').Browser> | undefined} */
  let browser
  after(async () => (await browser)?.close())
  return {
    /**
     * A window of its own.
     * @param {import('node:test').TestContext} t @param {import('playwright-core').BrowserContextOptions} [options]
     * @returns {Promise<BrowserPage>}
     */
    async open(t, options) {
      const context = await (await (browser ??= launchBrowser(args))).newContext(options)
      t.after(() => context.close())
      return watched(await context.newPage())
    },
  }
}

/** @typedef {import('playwright-core').Page & {lines: Line[]}} BrowserPage */

/** @param {import('playwright-core').Page} page @returns {BrowserPage} */
function watched(page) {
  /** @type {Line[]} */
  const lines = []
  page.on('console', (message) => lines.push({ kind: message.type(), text: message.text() }))
  page.on('pageerror', (error) => lines.push({ kind: 'uncaught', text: String(error.stack ?? error) }))
  return Object.assign(page, { lines })
}

/**
 * Sites by name, each on a port of its own, closed at the end of the test: `{desktop: 'desktop.test'}`.
 * @template {string} K
 * @param {import('node:test').TestContext} t
 * @param {Record<K, string>} names
 * @returns {Promise<Record<K, Site>>}
 */
export async function openSites(t, names) {
  const entries = await Promise.all(Object.entries(names).map(async ([key, host]) => {
    const site = await Site.open(/** @type {string} */ (host))
    t.after(() => site.close())
    return [key, site]
  }))
  return Object.fromEntries(entries)
}
