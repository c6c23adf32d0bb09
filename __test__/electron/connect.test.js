import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { describe, it } from 'node:test'

import { connectPlugin } from 'smartagent-plugin-sdk/electron/main'

import { incoming, until } from '../desk.js'
import { useElectron } from './harness.js'
import { pageSays, pause, setStage } from './stage.js'

/** Counts the ports that are made. @param {any} electron */
function counted({ MessageChannelMain, webContents }) {
  const counting = { made: 0, webContents, MessageChannelMain: function () {
    counting.made++
    return new MessageChannelMain()
  } }
  return /** @type {any} */ (counting)
}

describe('a plugin in a window of its own', { timeout: 120_000 }, () => {
  const harness = useElectron()

  /** A window whose plugin is linked. @param {import('node:test').TestContext} t @param {object} [options] */
  async function linked(t, options = {}) {
    const stage = await setStage(t)
    const webContents = await harness.open(t)
    const electron = counted(harness.electron)
    const served = connectPlugin(webContents, { url: stage.url, token: stage.host.token, plugin: 'acme.crm', origin: stage.plugin.origin, electron, ...options })
    await webContents.loadURL(stage.plugin.url('/plugin'))
    await pageSays(webContents.mainFrame, 'plugin.state === "ready"')
    return { ...stage, webContents, electron, served }
  }

  it('is linked to a host elsewhere, which believes main and not the window', async (t) => {
    const { host, webContents } = await linked(t)
    const [session] = host.sessions()
    assert.equal(session?.plugin, 'acme.crm')
    assert.equal(session?.carrier, 'websocket')
    assert.equal(await webContents.mainFrame.executeJavaScript('plugin.request("get_company_id").then(({ result }) => result.companyId)'), 'acme')
    assert.equal(host.emit('incoming_call', incoming('c-1')), 1)
    await pageSays(webContents.mainFrame, 'plugin.events.includes("incoming_call")')
  })

  it('asks for a token at each connection, tells the origin only where it is told to, and keeps the id the plugin says', async (t) => {
    const { host, url, plugin } = await setStage(t)
    const webContents = await harness.open(t)
    let asked = 0
    const token = () => {
      asked++
      return host.token
    }
    connectPlugin(webContents, { url, token, embed: true, electron: harness.electron })
    await webContents.loadURL(plugin.url('/plugin'))
    await pageSays(webContents.mainFrame, 'plugin.state === "ready"')
    assert.deepEqual(host.sessions().map(({ plugin, origin }) => ({ plugin, origin })), [{ plugin: 'whoever.i-say', origin: plugin.origin }])
    webContents.reload()
    await until(() => asked === 2)
  })

  it('is told when its token is refused', async (t) => {
    const { url, plugin } = await setStage(t)
    const webContents = await harness.open(t)
    connectPlugin(webContents, { url, token: 'wrong', electron: harness.electron })
    await webContents.loadURL(plugin.url('/plugin'))
    assert.equal(await pageSays(webContents.mainFrame, 'plugin.last?.code'), 'E_AUTH')
  })

  it('T8: gives no port to a frame within the window, nor to another origin in it', async (t) => {
    const { host, plugin, other, desktop, webContents, electron } = await linked(t)
    desktop.page('/frames', '', { body: `<iframe src="${plugin.url('/plugin')}"></iframe><iframe src="${other.url('/plugin')}"></iframe>` })
    await webContents.loadURL(other.url('/plugin'))
    await pause(500)
    assert.equal(await webContents.mainFrame.executeJavaScript('plugin.offers'), 0)
    await webContents.loadURL(desktop.url('/frames'))
    await pause(500)
    for (const frame of webContents.mainFrame.frames) assert.equal(await frame.executeJavaScript('plugin.offers'), 0)
    assert.equal(webContents.mainFrame.frames.length, 2)
    assert.equal(electron.made, 1)
    await until(() => host.sessions().every(({ connected }) => !connected))
    await webContents.loadURL(plugin.url('/plugin'))
    await pageSays(webContents.mainFrame, 'plugin.state === "ready"')
    assert.equal(electron.made, 2)
  })

  it('T8: keeps to the origin of the first document where none was given', async (t) => {
    const { plugin, other, webContents, electron } = await linked(t, { origin: undefined })
    await webContents.loadURL(other.url('/plugin'))
    await pause(500)
    assert.equal(await webContents.mainFrame.executeJavaScript('plugin.offers'), 0)
    await webContents.loadURL(plugin.url('/plugin'))
    await pageSays(webContents.mainFrame, 'plugin.state === "ready"')
    assert.equal(electron.made, 2)
  })

  it('C9: is a new plugin after each reload, whatever was in flight', async (t) => {
    const { host, webContents, electron } = await linked(t)
    host.handle('get_company_id', async () => {
      await pause(30)
      return { companyId: 'late' }
    })
    for (let round = 0; round < 20; round++) {
      await webContents.mainFrame.executeJavaScript('for (let n = 0; n < 10; n++) plugin.request("get_company_id"); plugin.old = true')
      webContents.reload()
      await pageSays(webContents, 'plugin.old === undefined && plugin.state === "ready"')
      await webContents.mainFrame.executeJavaScript('plugin.request("get_contacts")')
      const answers = await webContents.mainFrame.executeJavaScript('plugin.answers.map(({ result }) => Object.keys(result)[0])')
      assert.deepEqual(answers, ['contacts'], 'an answer for the old document')
    }
    assert.equal(electron.made, 21)
    await until(() => host.sessions().filter(({ connected }) => connected).length === 1)
    assert.equal(host.sessions().length, 1)
  })

  it('C9: comes back by itself after its host was closed and started again', async (t) => {
    const { host, url, webContents } = await linked(t)
    const { token } = host
    await host.close()
    await pageSays(webContents.mainFrame, 'plugin.state !== "ready"')
    const { SmartAgentHost } = await import('smartagent-plugin-sdk/host')
    const again = new SmartAgentHost({ companyId: 'again', token: /** @type {string} */ (token) })
    t.after(() => again.close())
    await again.listen({ port: Number(new URL(url).port) })
    await pageSays(webContents.mainFrame, 'plugin.state === "ready" && plugin.welcomes === 2')
    assert.equal(await webContents.mainFrame.executeJavaScript('plugin.request("get_company_id").then(({ result }) => result.companyId)'), 'again')
  })

  it('C9: ends its session when its renderer crashes, and is linked again after a reload', async (t) => {
    const { host, plugin, webContents } = await linked(t)
    webContents.forcefullyCrashRenderer()
    await until(() => host.sessions().length === 0)
    await webContents.loadURL(plugin.url('/plugin'))
    await pageSays(webContents.mainFrame, 'plugin.state === "ready"')
  })

  it('C9: waits while main is busy, and gets one port', async (t) => {
    const stage = await setStage(t)
    const webContents = await harness.open(t)
    const electron = counted(harness.electron)
    connectPlugin(webContents, { url: stage.url, token: stage.host.token, origin: stage.plugin.origin, electron })
    const loaded = webContents.loadURL(stage.plugin.url('/plugin'))
    stage.plugin.set('/plugin.mjs', async () => {
      // The page has its script now and asks, again and again, while nobody listens.
      setTimeout(() => { for (const end = performance.now() + 4_000; performance.now() < end;); }, 20)
      return { body: (await import('./stage.js')).ASKING_PLUGIN }
    })
    await loaded
    await pageSays(webContents.mainFrame, 'plugin.state === "ready"')
    assert.equal(electron.made, 1)
  })

  it('gives no more than ten ports a second to a page that asks without end', async (t) => {
    const { webContents, electron } = await linked(t)
    const started = performance.now()
    await webContents.mainFrame.executeJavaScript(`for (let n = 0; n < 1000; n++) {
      postMessage(JSON.stringify({ smartagent: 'port?', nonce: 'n' + n }), '*')
      postMessage(JSON.stringify({ smartagent: 'port?', nonce: n }), '*')
      postMessage('{"smartagent":"port?"', '*')
    }`)
    await pause(1_000)
    const seconds = Math.ceil((performance.now() - started) / 1_000) + 1
    assert.ok(electron.made - 1 <= 10 * seconds, `${electron.made} ports in ${seconds} s`)
    assert.ok(electron.made > 1)
  })

  it('is told that it was removed when close() is called, and gets nothing after that', async (t) => {
    const { host, webContents, served, electron } = await linked(t)
    served.close()
    served.close()
    await pageSays(webContents.mainFrame, 'plugin.last?.closeCode === 4513 && plugin.last.resume === false')
    await until(() => host.sessions().length === 0)
    assert.equal(webContents.ipc.listenerCount('smartagent.port?'), 0)
    await webContents.mainFrame.executeJavaScript('plugin.knock("again")')
    await pause(300)
    assert.equal(electron.made, 1)
  })

  it('C9: leaves nothing behind when its window is destroyed, linked or half linked', async (t) => {
    const { host, webContents } = await linked(t)
    webContents.close()
    await until(() => host.sessions().length === 0)
    assert.ok(webContents.isDestroyed())

    // A host that takes the connection and says nothing.
    const sockets = new Set()
    const silent = createServer((socket) => {
      sockets.add(socket)
      socket.resume().on('error', () => {}).on('close', () => sockets.delete(socket))
    })
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    t.after(() => silent.close())
    const { port } = /** @type {import('node:net').AddressInfo} */ (silent.address())
    const { plugin } = await setStage(t)
    const window = await harness.open(t)
    connectPlugin(window, { url: `ws://127.0.0.1:${port}/link`, token: 'x', origin: plugin.origin, electron: harness.electron })
    await window.loadURL(plugin.url('/plugin'))
    await until(() => sockets.size === 1)
    window.close()
    await until(() => sockets.size === 0)
  })

  it('ends its session when its page says goodbye', async (t) => {
    const { host, webContents } = await linked(t)
    await webContents.mainFrame.executeJavaScript('plugin.goodbye()')
    await until(() => host.sessions().length === 0)
  })
})
