import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, it } from 'node:test'

import { forwardParentPort, parentPort } from 'smartagent-plugin-sdk/electron/main'

import { Site } from '../browser/site.js'
import { incoming, until } from '../desk.js'
import { useElectron } from './harness.js'
import { client, DESK, openDesktop } from './embedding-desktop.js'
import { frameAt, pageSays, pause, setStage } from './stage.js'

describe('the native SDK behind a frame of a desktop\'s window', { timeout: 120_000 }, () => {
  const harness = useElectron()

  it('is linked by the knock of the frame\'s preload script', async (t) => {
    const { host, plugin, webContents, which } = await openDesktop(t, harness)
    const sm = client(t, parentPort(webContents, which))
    const heard = sm.waitFor('incoming_call', { timeoutMs: 5_000 })
    await sm.init()
    assert.deepEqual(host.sessions().map(({ plugin, origin }) => ({ plugin, origin })), [{ plugin: 'acme.native', origin: plugin.origin }])
    assert.equal(await sm.getCompanyID(), 'acme')
    host.emit('incoming_call', incoming('c-1'))
    assert.equal((await heard).contactId, 'c-1')
    assert.equal(await pageSays(webContents, 'handle.status.state'), 'ready')
    const frame = await frameAt(webContents, plugin.origin)
    assert.equal(await frame.executeJavaScript('window.heard'), undefined)
  })

  it('needs no options where the window has one frame and the desktop is on this machine', async (t) => {
    const local = await Site.open('127.0.0.1')
    t.after(() => local.close())
    const { host, url, plugin } = await setStage(t, { allowedOrigins: [local.origin] })
    local.page('/host', DESK(JSON.stringify({ url: plugin.url('/empty'), plugin: 'acme.native', host: url, token: host.token })))
    const webContents = await harness.open(t)
    await webContents.loadURL(local.url('/host'))
    await client(t, parentPort(webContents, { electron: harness.electron })).init()
    assert.equal(host.sessions()[0]?.plugin, 'acme.native')
  })

  it('goes on with its session after its host was away, and after the desktop\'s page dropped the link', async (t) => {
    const { host, webContents, which } = await openDesktop(t, harness)
    const sm = client(t, parentPort(webContents, which))
    await sm.init()

    const back = sm.waitFor('ready', { timeoutMs: 10_000 })
    await webContents.executeJavaScript('handle.reload()')
    await back
    assert.equal(await sm.getCompanyID(), 'acme')
    assert.equal(host.sessions().filter(({ connected }) => connected).length, 1)
  })

  it('C9: comes back after the window was reloaded with calls in flight, which all settle', async (t) => {
    const { host, webContents, which } = await openDesktop(t, harness)
    const sm = client(t, parentPort(webContents, which), { requestTimeoutMs: 15_000 })
    await sm.init()
    host.handle('get_company_id', async () => {
      await pause(20)
      return { companyId: 'acme' }
    })
    for (let round = 0; round < 5; round++) {
      const calls = Array.from({ length: 10 }, () => sm.getCompanyID().catch((error) => error.code))
      webContents.reload()
      for (const outcome of await Promise.all(calls)) assert.match(outcome, /^(acme|E_OUTCOME_UNKNOWN|E_UNAVAILABLE)$/)
      await until(() => sm.state === 'ready')
      assert.equal(await sm.getCompanyID(), 'acme')
    }
  })

  it('rejects with E_ORIGIN that names the desktop, where it is not allowed', async (t) => {
    const { webContents, which, desktop: site } = await openDesktop(t, harness)
    for (const allowedOrigins of [undefined, ['https://other.example']]) {
      const { allowedOrigins: _, ...rest } = which
      const transport = parentPort(webContents, allowedOrigins === undefined ? rest : { ...rest, allowedOrigins })
      await assert.rejects(client(t, transport).init(), (/** @type {any} */ error) =>
        error.code === 'E_ORIGIN' && error.message.includes(site.origin) && error.message.includes('allowedOrigins'))
    }
  })

  it('rejects with E_NOT_EMBEDDED where the window is the plugin\'s own', async (t) => {
    const { plugin } = await setStage(t)
    const webContents = await harness.open(t)
    await webContents.loadURL(plugin.url('/empty'))
    const transport = parentPort(webContents, { frame: webContents.mainFrame, electron: harness.electron })
    await assert.rejects(client(t, transport).init(), { code: 'E_NOT_EMBEDDED' })
  })

  it('T8: asks no frame where several may be meant, and none of another origin', async (t) => {
    const { webContents, which, other, host } = await openDesktop(t, harness)
    await webContents.executeJavaScript(`new Promise((resolve) => {
      const frame = document.createElement('iframe')
      frame.src = '${other.url('/empty')}'
      frame.onload = () => resolve(null)
      document.body.append(frame)
    })`)
    const { origin, ...unnamed } = which
    await assert.rejects(client(t, parentPort(webContents, unnamed)).init(), { code: 'E_CONFLICT' })
    await assert.rejects(client(t, parentPort(webContents, { ...which, origin: 'http://third.test' }), { connectTimeoutMs: 1_000 }).init())
    assert.deepEqual(host.sessions(), [])
    // The right one is found among them.
    await client(t, parentPort(webContents, which)).init()
  })

  it('T8: takes no port that another frame hands over', async (t) => {
    const { webContents, which, plugin } = await openDesktop(t, harness)
    const frame = await frameAt(webContents, plugin.origin)
    /** @type {(() => void)[]} */
    const held = []
    /** @type {string[]} */
    const dials = []
    const post = frame.postMessage.bind(frame)
    frame.postMessage = (/** @type {string} */ channel, /** @type {any} */ message) => {
      dials.push(message.dial)
      held.push(() => post(channel, message))
    }
    const taken = client(t, parentPort(webContents, which)).init()
    await until(() => dials.length > 0)
    // Another frame that knows the number of the dial, as if it had spied on it.
    const impostor = { detached: false, frameTreeNodeId: webContents.mainFrame.frameTreeNodeId, origin: 'http://evil.test' }
    let closed = 0
    webContents.ipc.emit('smartagent.dialled', { senderFrame: impostor, ports: [{ close: () => closed++ }] }, { dial: dials[0], origin: plugin.origin })
    assert.equal(closed, 1)
    for (const go of held) go()
    frame.postMessage = post
    await taken
  })

  it('C9: gives up at once when the window is closed during the handshake, and hears nothing more', async (t) => {
    const { plugin } = await setStage(t)
    const webContents = await harness.open(t)
    await webContents.loadURL(plugin.url('/empty'))
    const sm = client(t, parentPort(webContents, { origin: plugin.origin, electron: harness.electron }))
    const started = performance.now()
    const dialled = sm.init()
    await pause(200)
    webContents.close()
    await assert.rejects(dialled, { code: 'E_CLOSED' })
    assert.ok(performance.now() - started < 3_000)
  })

  it('stops knocking when close() is called during the handshake', async (t) => {
    const { plugin } = await setStage(t)
    const webContents = await harness.open(t)
    await webContents.loadURL(plugin.url('/empty'))
    const sm = client(t, parentPort(webContents, { origin: 'http://nobody.test', electron: harness.electron }))
    const dialled = assert.rejects(sm.init(), { code: 'E_CLOSED' })
    await pause(50)
    assert.equal(webContents.ipc.listenerCount('smartagent.dialled'), 1)
    await sm.close()
    await dialled
    assert.equal(webContents.ipc.listenerCount('smartagent.dialled'), 0)
  })

  it('dials from a utility process through main', async (t) => {
    const { host, webContents, which } = await openDesktop(t, harness)
    const { child, inChild } = utilityProcess()
    const forwarding = forwardParentPort(webContents, /** @type {any} */ (child), which)
    const sm = client(t, parentPort(/** @type {any} */ (inChild)))
    await sm.init()
    assert.equal(host.sessions()[0]?.plugin, 'acme.native')
    await sm.close()
    await sm.init()
    assert.equal(await sm.getCompanyID(), 'acme')
    await sm.close()
    assert.equal(inChild.listenerCount('message'), 0)
    forwarding.close()
    assert.equal(child.listenerCount('message'), 0)

    const refused = utilityProcess()
    forwardParentPort(webContents, /** @type {any} */ (refused.child), { ...which, allowedOrigins: ['https://other.example'] })
    await assert.rejects(client(t, parentPort(/** @type {any} */ (refused.inChild))).init(), { code: 'E_ORIGIN' })
    refused.child.emit('exit', 0)
    assert.equal(refused.child.listenerCount('message'), 0)
  })
})

/** The two ends of what main and a utility process say to each other, as Electron's objects have them. */
function utilityProcess() {
  const child = new EventEmitter()
  const inChild = new EventEmitter()
  const carried = (/** @type {any} */ message) => structuredClone(message)
  return {
    child: Object.assign(child, {
      postMessage: (/** @type {any} */ message, /** @type {any[]} */ ports = []) => setImmediate(() => inChild.emit('message', { data: carried(message), ports })),
    }),
    inChild: Object.assign(inChild, { postMessage: (/** @type {any} */ message) => setImmediate(() => child.emit('message', carried(message))) }),
  }
}
