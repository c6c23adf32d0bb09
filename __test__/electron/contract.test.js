// The same behaviour through Electron: the thin client behind a preload script, and the native one in main.
import { describe, it } from 'node:test'

import { SmartAgent, SmartAgentError } from 'smartagent-plugin-sdk'
import { connectPlugin, parentPort, servePlugin } from 'smartagent-plugin-sdk/electron/main'
import { SmartAgentHost } from 'smartagent-plugin-sdk/host'

import { cuttableWire } from '../contract/carriers.js'
import { Desk } from '../contract/desk.js'
import { ORIGIN, PLUGIN, user } from '../contract/samples.js'
import { HOST, STEPS } from '../contract/suite.js'
import { openSites } from '../browser/chromium.js'
import { CONTRACT_PAGE } from './contract-page.js'
import { DESK } from './embedding-desktop.js'
import { useElectron } from './harness.js'
import { frameAt, pageSays } from './stage.js'

/**
 * @typedef {object} Scene where a step runs
 * @property {any} webContents @property {any} electron @property {SmartAgentHost} host
 * @property {Record<'desktop' | 'plugin', import('../browser/site.js').Site>} sites
 * @property {import('node:test').TestContext} t
 * @typedef {{ drop(): unknown, restore(): unknown, end?(): unknown }} Breakable
 */

/** A host whose WebSocket can be cut. @param {Scene} scene */
async function listening({ host, sites, t }) {
  const { port } = await host.listen({ port: 0 })
  const wire = await cuttableWire(port)
  t.after(() => wire.end())
  return { wire, url: `ws://127.0.0.1:${wire.port}/link`, token: host.token, origin: sites.plugin.origin }
}

/** @type {{ name: string, can: string[], start: (scene: Scene) => Promise<{ link: Breakable, transport?: any, frame?: any }> }[]} */
const CARRIERS = [
  {
    name: 'in a window of its own', can: ['drop', 'again'],
    async start(scene) {
      const { wire, ...options } = await listening(scene)
      const { webContents, electron, sites } = scene
      const served = connectPlugin(webContents, { ...options, plugin: PLUGIN, embed: true, electron })
      scene.t.after(() => served.close())
      await webContents.loadURL(sites.plugin.url('/contract'))
      return { link: wire, frame: webContents.mainFrame }
    },
  },
  {
    name: 'in a frame of an Electron desktop', can: ['drop', 'again'],
    async start({ webContents, electron, sites, host, t }) {
      let down = false
      /** @type {Set<any>} */
      const ports = new Set()
      const attachPort = (/** @type {any} */ port, /** @type {any} */ options) => {
        if (down) throw new SmartAgentError('E_NO_HOST', 'the host is away')
        ports.add(port)
        return host.attachPort(port, options)
      }
      const served = servePlugin({ attachPort }, { frame: { webContents, name: 'crm' }, origin: sites.plugin.origin, plugin: PLUGIN, electron })
      t.after(() => served.close())
      sites.desktop.page('/frame', '', { body: `<iframe name="crm" src="${sites.plugin.url('/contract')}"></iframe>` })
      await webContents.loadURL(sites.desktop.url('/frame'))
      const drop = () => {
        down = true
        for (const port of ports) port.close()
        ports.clear()
      }
      return { link: { drop, restore() { down = false } }, frame: await frameAt(webContents, sites.plugin.origin) }
    },
  },
  {
    name: 'of the native SDK, with the port that a frame\'s desktop offers', can: ['drop', 'resume', 'again', 'paced', 'checks'],
    async start(scene) {
      const { wire, url, token, origin } = await listening(scene)
      const { webContents, electron, sites } = scene
      sites.desktop.page('/embed', DESK(JSON.stringify({ url: sites.plugin.url('/empty'), plugin: PLUGIN, host: url, token })))
      await webContents.loadURL(sites.desktop.url('/embed'))
      return { link: wire, transport: () => parentPort(webContents, { origin, allowedOrigins: [sites.desktop.origin], electron }) }
    },
  },
]

describe('a link through Electron', { timeout: 600_000 }, () => {
  const harness = useElectron()

  for (const carrier of CARRIERS) {
    it(carrier.name, async (t) => {
      const sites = await openSites(t, { desktop: 'desktop.test', plugin: 'plugin.test' })
      sites.plugin.page('/contract', CONTRACT_PAGE).page('/empty', '')
      const webContents = await harness.open(t)
      for (const { name, host: options, needs = [], run } of STEPS) {
        const lacks = needs.filter((need) => !carrier.can.includes(need))
        await t.test(name, { skip: lacks.length > 0 ? `this transport has no ${lacks.join(' or ')}` : false, timeout: 30_000 }, async (t) => {
          const given = JSON.parse(JSON.stringify({ user, ...HOST, allowedOrigins: [sites.desktop.origin], ...options }).replaceAll(ORIGIN, sites.plugin.origin))
          const host = new SmartAgentHost(given)
          t.after(() => host.close())
          const { link, transport, frame } = await carrier.start({ webContents, electron: harness.electron, sites, host, t })
          const desk = new Desk(host, link)
          if (transport === undefined) await runInPage(frame, name, desk)
          else await runHere(t, run, transport, desk)
        })
      }
    })
  }
})

/** @param {any} frame @param {string} name @param {any} desk */
async function runInPage(frame, name, desk) {
  await pageSays(frame, 'window.loaded')
  await frame.executeJavaScript(`void run(${JSON.stringify(name)})`)
  for (;;) {
    const { id, method, args, done, failed } = await frame.executeJavaScript('next()')
    if (done === true) return
    if (failed !== undefined) throw new Error(failed)
    desk[method](...args).then(
      (/** @type {any} */ result) => ({ result }),
      (/** @type {any} */ { code, message }) => ({ error: { code, message } }),
    ).then((/** @type {object} */ outcome) => frame.executeJavaScript(`answer(${id}, ${JSON.stringify(outcome)})`).catch(() => {}))
  }
}

/** @param {import('node:test').TestContext} t @param {(ctx: any) => Promise<void>} run @param {() => any} transport @param {any} desk */
async function runHere(t, run, transport, desk) {
  const make = (options = {}) => {
    const client = new SmartAgent({ transport: transport(), plugin: { id: PLUGIN, version: '1.0.0' }, ...options })
    t.after(() => client.close())
    return client
  }
  await run({ make, SmartAgentError, desk })
}
