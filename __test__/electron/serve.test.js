import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { servePlugin } from 'smartagent-plugin-sdk/electron/main'

import { incoming, until } from '../desk.js'
import { useElectron } from './harness.js'
import { frameAt, framesOf, pageSays, pause, setStage } from './stage.js'

describe('a plugin in a frame of an Electron desktop', { timeout: 120_000 }, () => {
  const harness = useElectron()

  /** A desktop's window whose plugin is linked. @param {import('node:test').TestContext} t @param {object} [options] */
  async function linked(t, options = {}) {
    const stage = await setStage(t)
    const webContents = await harness.open(t)
    const served = servePlugin(stage.host, {
      frame: { webContents, name: 'crm' }, origin: stage.plugin.origin, plugin: 'acme.crm', agent: 'sam', electron: harness.electron, ...options,
    })
    await webContents.loadURL(stage.desktop.url('/desk'))
    const frame = await frameAt(webContents, stage.plugin.origin)
    await pageSays(frame, 'plugin.state === "ready"')
    return { ...stage, webContents, served, frame }
  }

  it('has a port of its own to the host, whatever it says of itself', async (t) => {
    const { host, plugin, frame } = await linked(t)
    const [{ plugin: id, origin, agent, carrier }] = /** @type {[import('../../host.js').SessionInfo]} */ (host.sessions())
    assert.deepEqual({ id, origin, agent, carrier }, { id: 'acme.crm', origin: plugin.origin, agent: 'sam', carrier: 'port' })
    assert.equal(await frame.executeJavaScript('plugin.request("get_company_id").then(({ result }) => result.companyId)'), 'acme')
    assert.equal(host.emit('incoming_call', incoming('c-1'), { agent: 'sam' }), 1)
    await pageSays(frame, 'plugin.events.includes("incoming_call")')
  })

  it('can be named by its frame, also from before it shows the plugin', async (t) => {
    const { host, desktop, plugin, other } = await setStage(t)
    const webContents = await harness.open(t)
    await webContents.loadURL(desktop.url('/desk-of-other'))
    const before = await frameAt(webContents, other.origin)
    servePlugin(host, { frame: before, origin: plugin.origin, plugin: 'acme.crm', electron: harness.electron })
    await pause(300)
    assert.equal(host.sessions().length, 0)
    await webContents.executeJavaScript(`document.querySelector('iframe').src = ${JSON.stringify(plugin.url('/plugin'))}`)
    await pageSays(await frameAt(webContents, plugin.origin), 'plugin.state === "ready"')
    assert.equal(host.sessions()[0]?.plugin, 'acme.crm')
  })

  it('T8: gives no port to the page of the desktop, to other frames, to frames within, or to another origin in the frame', async (t) => {
    const { host, webContents, desktop, plugin, other, frame } = await linked(t)
    desktop.page('/frames', '', { body: `<iframe name="crm" src="${other.url('/plugin')}"></iframe>
      <iframe name="other" src="${plugin.url('/plugin')}"></iframe><iframe name="nest" src="${plugin.url('/nest')}"></iframe>` })
    plugin.page('/nest', '', { body: `<iframe name="crm" src="${plugin.url('/plugin')}"></iframe>` })
    await webContents.loadURL(desktop.url('/frames'))
    await until(() => framesOf(webContents).filter(({ url }) => url.endsWith('/plugin')).length === 3)
    await pause(500)
    const frames = framesOf(webContents)
    for (const one of frames.filter(({ url }) => url.endsWith('/plugin'))) {
      assert.deepEqual([one.name, await one.executeJavaScript('plugin.offers')], [one.name, 0])
    }
    await webContents.loadURL(plugin.url('/plugin'))
    await pause(500)
    assert.equal(await webContents.executeJavaScript('plugin.offers'), 0)
    assert.ok(frame.isDestroyed())
    await until(() => host.sessions().every(({ connected }) => !connected))
    await webContents.loadURL(desktop.url('/desk'))
    await pageSays(await frameAt(webContents, plugin.origin), 'plugin.state === "ready"')
  })

  it('serves two plugins side by side, each its own', async (t) => {
    const { host, desktop, plugin, other } = await setStage(t)
    desktop.page('/two', '', { body: `<iframe name="a" src="${plugin.url('/plugin')}"></iframe><iframe name="b" src="${other.url('/plugin')}"></iframe>` })
    const webContents = await harness.open(t)
    servePlugin(host, { frame: { webContents, name: 'a' }, origin: plugin.origin, plugin: 'acme.a', electron: harness.electron })
    const second = servePlugin(host, { frame: { webContents, name: 'b' }, origin: other.origin, plugin: 'acme.b', electron: harness.electron })
    await webContents.loadURL(desktop.url('/two'))
    for (const { origin } of [plugin, other]) await pageSays(await frameAt(webContents, origin), 'plugin.state === "ready"')
    assert.deepEqual(host.sessions().map(({ plugin, origin }) => [plugin, origin]).toSorted(), [['acme.a', plugin.origin], ['acme.b', other.origin]])
    second.close()
    await until(() => host.sessions().filter(({ connected }) => connected).length === 1)
    assert.equal(webContents.ipc.listenerCount('smartagent.port?'), 1)
    assert.equal(host.sessions().find(({ connected }) => connected)?.plugin, 'acme.a')
  })

  it('C9: is a new plugin after each reload of window or frame, whatever was in flight', async (t) => {
    const { host, plugin, webContents } = await linked(t)
    host.handle('get_company_id', async () => {
      await pause(30)
      return { companyId: 'late' }
    })
    for (let round = 0; round < 20; round++) {
      const frame = await frameAt(webContents, plugin.origin)
      await frame.executeJavaScript('for (let n = 0; n < 10; n++) plugin.request("get_company_id"); plugin.old = true')
      if (round % 2 === 0) webContents.reload()
      else await frame.executeJavaScript('setTimeout(() => location.reload())')
      await until(() => frame.isDestroyed())
      const next = await frameAt(webContents, plugin.origin)
      await pageSays(next, 'plugin.old === undefined && plugin.state === "ready"')
      await next.executeJavaScript('plugin.request("get_contacts")')
      assert.deepEqual(await next.executeJavaScript('plugin.answers.map(({ result }) => Object.keys(result)[0])'), ['contacts'])
    }
    await until(() => host.sessions().filter(({ connected }) => connected).length === 1)
  })

  it('C9: closes a page\'s port when its host is closed, and gives none after that', async (t) => {
    const { host, frame } = await linked(t)
    /** @type {string[]} */
    const warnings = []
    const hear = (/** @type {any} */ { code }) => void warnings.push(code)
    process.on('warning', hear)
    t.after(() => process.off('warning', hear))
    await host.close()
    await pageSays(frame, 'plugin.last?.type === "goodbye" && plugin.last.closeCode === 4001')
    await until(() => warnings.includes('E_CLOSED'))
    assert.equal(await frame.executeJavaScript('plugin.welcomes'), 1)
  })

  it('C9: leaves nothing behind when the window is closed', async (t) => {
    const { host, webContents, served } = await linked(t)
    webContents.close()
    await until(() => host.sessions().every(({ connected }) => !connected))
    served.close()
    assert.throws(() => servePlugin(host, { frame: webContents, origin: 'app://x', plugin: 'a', electron: harness.electron }), { code: 'E_BAD_REQUEST' })
  })

  it('can be served from a utility process, to which main posts the port', async (t) => {
    const { host, plugin, desktop } = await setStage(t)
    const webContents = await harness.open(t)
    /** @type {any[]} */
    const posted = []
    const child = { postMessage: (/** @type {any} */ about, /** @type {any[]} */ ports) => void setImmediate(() => {
      posted.push(structuredClone(about))
      host.attachPort(ports[0], structuredClone(about))
    }) }
    servePlugin({ attachPort: (port, about) => child.postMessage(about, [port]) },
      { frame: { webContents, name: 'crm' }, origin: plugin.origin, plugin: 'acme.crm', electron: harness.electron })
    await webContents.loadURL(desktop.url('/desk'))
    await pageSays(await frameAt(webContents, plugin.origin), 'plugin.state === "ready"')
    assert.deepEqual(posted, [{ origin: plugin.origin, plugin: 'acme.crm' }])
  })
})
