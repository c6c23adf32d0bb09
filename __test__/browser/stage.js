// A stage for tests: a real host, a desktop's page and plugins' pages on different sites.
import { startHost, until } from '../desk.js'
import { openSites } from './chromium.js'
import { FOREIGN_PLUGIN } from './foreign-plugin.js'

const DESK = `
import { embedPlugin } from '/sdk/embed.js'
const embeds = window.embeds = {}
window.embedPlugin = embedPlugin
window.show = (name, options, parent = document.body) => {
  const frame = parent.ownerDocument.createElement('iframe')
  frame.name = name
  parent.append(frame)
  const handle = embedPlugin(frame, options)
  const states = [handle.status]
  handle.on('state', (status) => states.push(status))
  embeds[name] = { frame, handle, states }
}
window.refusal = (options, prepare) => {
  const frame = document.createElement('iframe')
  prepare?.(frame)
  document.body.append(frame)
  try {
    embedPlugin(frame, options)
    return 'embedded'
  } catch (error) {
    return error.code + ': ' + error.message
  } finally {
    frame.remove()
  }
}`

/** @typedef {{plugins?: Record<string, string>, host?: import('../../host.js').SmartAgentHostOptions, headers?: Record<string, string>, path?: string}} StageOptions */

/**
 * @param {import('node:test').TestContext} t
 * @param {{open(t: import('node:test').TestContext): Promise<import('./chromium.js').BrowserPage>}} browser
 * @param {StageOptions} [options] more plugin sites by key and name; options of the host; headers of the desktop's page
 */
export async function setStage(t, browser, { plugins = {}, host: hostOptions = {}, headers = {} } = {}) {
  const sites = await openSites(t, { desktop: 'desktop.test', plugin: 'plugin.test', ...plugins })
  const desktop = /** @type {import('./site.js').Site} */ (sites.desktop)
  desktop.page('/desk', DESK, { headers })
  for (const [name, site] of Object.entries(sites)) if (name !== 'desktop') site.page('/plugin', FOREIGN_PLUGIN)
  const { host, url, port } = await startHost(t, { allowedOrigins: [desktop.origin], limits: { ratePerSecond: 0 }, ...hostOptions })
  const page = await browser.open(t)
  await page.goto(desktop.url('/desk'))
  return new Stage(page, host, url, port, /** @type {Record<string, import('./site.js').Site>} */ (sites))
}

export class Stage {
  /**
   * @param {import('./chromium.js').BrowserPage} page @param {import('../../host.js').SmartAgentHost} host @param {string} url
   * @param {number} port @param {Record<string, import('./site.js').Site>} sites
   */
  constructor(page, host, url, port, sites) {
    this.page = page
    this.host = host
    this.url = url
    this.port = port
    this.sites = sites
    this.desktop = /** @type {import('./site.js').Site} */ (sites.desktop)
    this.plugin = /** @type {import('./site.js').Site} */ (sites.plugin)
  }

  /** Embeds a plugin in the desktop's page, without waiting for it. @param {string} name @param {object} [options] */
  async embed(name, options = {}) {
    const all = { url: this.plugin.url('/plugin'), plugin: `acme.${name}`, host: this.url, token: this.host.token, ...options }
    await this.page.evaluate(([name, options]) => /** @type {any} */ (globalThis).show(name, options), /** @type {const} */ ([name, all]))
  }

  /** @param {string} name @param {object} [options] @returns the plugin's frame, linked */
  async ready(name, options) {
    await this.embed(name, options)
    await this.state(name, 'ready')
    return this.frame(name)
  }

  /** Waits for a state of an embedding. @param {string} name @param {string} state @param {string} [reason] @param {number} [withinMs] @returns {Promise<any>} the status */
  async state(name, state, reason, withinMs = 5_000) {
    /** @type {any} */
    let status
    try {
      await until(async () => {
        status = await this.page.evaluate(`embeds.${name}.handle.status`)
        return status.state === state && (reason === undefined || status.reason === reason)
      }, withinMs)
    } catch {
      throw new Error(`"${name}" is not ${state} ${reason ?? ''} but ${JSON.stringify(status)}; all: ${JSON.stringify(await this.states(name))}; ${JSON.stringify(this.page.lines)}`)
    }
    return status
  }

  /** @param {string} name @returns {Promise<string[]>} every state it had, in order */
  states(name) {
    return this.page.evaluate(`embeds.${name}.states.map(({ state, reason }) => state + ' ' + reason)`)
  }

  /** The document that the frame shows now. @param {string} name */
  frame(name) {
    const frame = this.page.frame({ name })
    if (frame === null) throw new Error(`there is no frame "${name}"`)
    return frame
  }

  /** @param {string} [plugin] @returns the sessions with a link */
  connected(plugin) {
    return this.host.sessions().filter((session) => session.connected && (plugin === undefined || session.plugin === plugin))
  }
}
