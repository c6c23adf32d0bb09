import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { contact, incoming, snapshot, until } from '../desk.js'
import { useBrowser } from './chromium.js'
import { setStage } from './stage.js'

const RELOADS = 200
const IN_FLIGHT = 25

describe('each document of a frame has a link of its own', { timeout: 180_000 }, () => {
  const browser = useBrowser()

  it('F14: reloaded 200 times with requests in flight, no answer reaches another document', async (t) => {
    const stage = await setStage(t, browser, { host: { limits: { ratePerSecond: 0, sessionsPerPlugin: 1_000 } } })
    let asked = 0
    stage.host.handle('update_contact', async (attributes) => {
      asked += 1
      await new Promise((resolve) => setTimeout(resolve, 1 + asked % 20))
      return { contactId: 'c-1', initialContactId: null, attributes: /** @type {Record<string, string>} */ (attributes) }
    })
    stage.host.applySnapshot(snapshot([contact('c-1', 'connected')]))
    // Every document asks as soon as it is welcomed, and tells what it got that it had not asked for.
    stage.plugin.set('/reloaded', { body: '<!doctype html><script type="module" src="/plugin.mjs"></script><script type="module" src="/reloaded.mjs"></script>' })
    stage.plugin.set('/reloaded.mjs', { body: `
      const wait = setInterval(() => {
        if (plugin.state !== 'ready') return
        clearInterval(wait)
        for (let n = 0; n < ${IN_FLIGHT}; n++) plugin.request('update_contact', { note: plugin.instance }, { contactId: 'c-1' })
        parent.postMessage({ asked: plugin.instance }, '*')
      }, 1)
      setInterval(() => {
        const foreign = plugin.answers.filter(({ id, result }) => !id.startsWith(plugin.instance.slice(0, 8)) || result?.attributes.note !== plugin.instance)
        if (foreign.length > 0) parent.postMessage({ foreign: foreign.length }, '*')
      }, 5)` })
    await stage.page.evaluate(`window.asked = new Set(); window.foreign = 0
      addEventListener('message', ({ data }) => { if (data.asked) asked.add(data.asked); if (data.foreign) foreign += data.foreign })`)
    await stage.embed('crm', { url: stage.plugin.url('/reloaded') })
    const reloads = await stage.page.evaluate(`(async () => {
      for (let n = 0; n < ${RELOADS}; n++) {
        const before = asked.size
        while (asked.size === before) await new Promise((resolve) => setTimeout(resolve, 2))
        // Half of the time the page goes by itself, half of the time the desktop asks for it.
        if (n % 2) embeds.crm.handle.reload()
        else embeds.crm.frame.src = embeds.crm.frame.src
      }
      return asked.size
    })()`)
    assert.equal(reloads, RELOADS)
    await stage.state('crm', 'ready')
    await until(() => stage.page.evaluate(`asked.size === ${RELOADS + 1}`))
    await until(() => stage.frame('crm').evaluate(`plugin.answers.length === ${IN_FLIGHT}`))
    assert.equal(await stage.page.evaluate('foreign'), 0)
    assert.ok(asked > RELOADS, `${asked} requests reached the host`)
    assert.deepEqual(stage.connected().length, 1)
    assert.deepEqual(stage.page.lines.filter(({ kind }) => kind === 'uncaught'), [])
  })

  it('C5: a page that is left and come back to knocks again and is a session of its own', async (t) => {
    const stage = await setStage(t, browser)
    stage.plugin.page('/elsewhere', '')
    const first = await (await stage.ready('crm')).evaluate('plugin.instance')
    await stage.frame('crm').evaluate('location.href = "/elsewhere"')
    await until(() => stage.frame('crm').url().endsWith('/elsewhere'))
    // It said no goodbye; that the document is gone shows when it does not answer.
    await stage.state('crm', 'connecting', 'host_lost', 10_000)
    await until(() => stage.connected().length === 0)
    await stage.frame('crm').evaluate('history.back()').catch(() => undefined)
    await until(() => stage.connected().length === 1)
    await stage.state('crm', 'ready')
    assert.notEqual(await stage.frame('crm').evaluate('plugin.instance'), first)
  })

  it('C5: a desktop that comes back from the browser\'s cache links its plugins again', async (t) => {
    const stage = await setStage(t, browser)
    await stage.page.evaluate(`addEventListener('pageshow', ({ persisted }) => { window.persisted = persisted })
      addEventListener('message', ({ data }) => { if (data.kept) window.kept = data.kept })`)
    // What the SDK does in a page, done by hand.
    stage.plugin.set('/kept', { body: '<!doctype html><script type="module" src="/plugin.mjs"></script><script type="module" src="/kept.mjs"></script>' })
    stage.plugin.set('/kept.mjs', { body: `
      addEventListener('pagehide', () => plugin.goodbye())
      addEventListener('pageshow', ({ persisted }) => { if (persisted) plugin.knock('again') })
      setInterval(() => parent.postMessage({ kept: [plugin.instance, plugin.welcomes] }, '*'), 10)` })
    stage.desktop.page('/elsewhere', '')
    const frame = await stage.ready('crm', { url: stage.plugin.url('/kept') })
    const instance = await frame.evaluate('plugin.instance')
    await stage.page.goto(stage.desktop.url('/elsewhere'))
    await until(() => stage.connected().length === 0)
    await stage.page.goBack({ waitUntil: 'commit' })
    await stage.page.waitForFunction('window.persisted !== undefined')
    assert.equal(await stage.page.evaluate('persisted'), true, 'the page came from the cache')
    await stage.state('crm', 'ready')
    await until(() => stage.connected().length === 1)
    await until(async () => (await stage.page.evaluate('kept'))[1] === 2)
    assert.equal((await stage.page.evaluate('kept'))[0], instance, 'the same document, linked anew')
  })

  it('C5: a frame that is removed ends its session at once', async (t) => {
    const stage = await setStage(t, browser)
    await stage.ready('crm')
    const retired = new Promise((resolve) => stage.host.on('session', ({ change }) => { if (change === 'retired') resolve(change) }))
    await stage.page.evaluate('embeds.crm.frame.remove()')
    await retired
    await stage.state('crm', 'gone', 'removed')
    assert.deepEqual(stage.host.sessions(), [])
    // Its window is null now, which is also the source of a message from a page that is gone.
    await stage.page.evaluate(`dispatchEvent(new MessageEvent('message', { source: null, origin: '${stage.plugin.origin}', data: '{"smartagent":"knock","versions":[1],"nonce":"n"}' }))`)
    assert.equal(await stage.page.evaluate('embeds.crm.handle.state'), 'gone')
    assert.deepEqual(stage.page.lines, [])
  })

  it('C5: a frame in a shadow tree ends with the tree', async (t) => {
    const stage = await setStage(t, browser)
    await stage.page.evaluate(`window.outer = document.body.appendChild(document.createElement('div')); window.inner = outer.attachShadow({ mode: 'closed' })
      show('crm', { url: '${stage.plugin.url('/plugin')}', plugin: 'acme.crm', host: '${stage.url}', token: '${stage.host.token}' }, inner)`)
    await stage.state('crm', 'ready')
    await stage.page.evaluate('embeds.crm.frame.remove()')
    await stage.state('crm', 'gone')
    await stage.page.evaluate('inner.append(embeds.crm.frame)')
    await stage.state('crm', 'ready')
    await stage.page.evaluate('outer.remove()')
    await stage.state('crm', 'gone')
    await until(() => stage.host.sessions().length === 0)
  })

  it('C5: remove() tells the plugin, takes the frame away, and leaves no listener', async (t) => {
    const stage = await setStage(t, browser)
    const frame = await stage.ready('crm')
    await frame.evaluate('addEventListener("pagehide", () => navigator.sendBeacon("/last", JSON.stringify(plugin.last ?? null)))')
    await stage.page.evaluate('embeds.crm.handle.remove(); embeds.crm.handle.remove(); embeds.crm.handle.reload()')
    assert.deepEqual(await stage.page.evaluate('[embeds.crm.frame.isConnected, embeds.crm.handle.state]'), [false, 'gone'])
    await until(() => stage.host.sessions().length === 0)
    await stage.page.evaluate('document.body.append(embeds.crm.frame)')
    await until(() => stage.page.frame({ name: 'crm' })?.url().endsWith('/plugin'))
    // Asking a frame while it loads fails.
    await until(() => stage.frame('crm').evaluate('plugin.offers === 0 && document.readyState === "complete"').catch(() => false))
    assert.equal(stage.connected().length, 0)
  })

  it('C5: a frame that is moved is a new document with a session of its own', async (t) => {
    const stage = await setStage(t, browser)
    const first = await (await stage.ready('crm')).evaluate('plugin.instance')
    await stage.page.evaluate('document.body.append(Object.assign(document.createElement("div"), { id: "there" })); there.append(embeds.crm.frame)')
    await until(async () => (await stage.page.frame({ name: 'crm' })?.evaluate('plugin.state === "ready" && plugin.instance').catch(() => first) ?? first) !== first)
    await stage.state('crm', 'ready')
    assert.equal(stage.connected().length, 1)
    // Out now, in again later: the same.
    await stage.page.evaluate('embeds.crm.frame.remove()')
    await stage.state('crm', 'gone')
    await stage.page.evaluate('document.body.append(embeds.crm.frame)')
    await stage.state('crm', 'ready')
    assert.equal(stage.connected().length, 1)
  })

  it('C5: a frame that is not shown works as well', async (t) => {
    const stage = await setStage(t, browser)
    const frame = await stage.ready('crm')
    await stage.page.evaluate('embeds.crm.frame.style.display = "none"')
    assert.equal(stage.host.emit('incoming_call', incoming('c-1')), 1)
    await until(() => frame.evaluate('plugin.events.length === 1'))
    assert.equal((await frame.evaluate('plugin.request("get_user")')).result.user.name, 'Ben')
    await stage.page.evaluate('show("hidden", { url: embeds.crm.frame.src, plugin: "acme.hidden", host: "' + stage.url + '", token: "' + stage.host.token + '" }, Object.assign(document.body.appendChild(document.createElement("div")), { hidden: true }))')
    await stage.state('hidden', 'ready')
  })

  it('C5: two copies of one plugin are two sessions without cross-talk', async (t) => {
    const stage = await setStage(t, browser)
    const [one, two] = [await stage.ready('one', { plugin: 'acme.crm' }), await stage.ready('two', { plugin: 'acme.crm' })]
    const sessions = stage.connected('acme.crm')
    assert.equal(sessions.length, 2)
    const instance = await one.evaluate('plugin.instance')
    const first = sessions.find((session) => session.instance === instance)
    assert.equal(stage.host.emit('incoming_call', incoming('c-1'), { session: /** @type {string} */ (first?.session) }), 1)
    await until(() => one.evaluate('plugin.events.length === 1'))
    await Promise.all([one, two].map((frame) => frame.evaluate('Promise.all(Array.from({ length: 50 }, () => plugin.request("get_user")))')))
    const own = '[plugin.answers.length, plugin.answers.filter(({ id }) => !id.startsWith(plugin.instance.slice(0, 8))).length, plugin.events.length]'
    assert.deepEqual([await one.evaluate(own), await two.evaluate(own)], [[50, 0, 1], [50, 0, 0]])
  })

  it('C5: plugins of different sites side by side get what is theirs', async (t) => {
    const stage = await setStage(t, browser, { plugins: { notes: 'notes.test' } })
    const notes = /** @type {import('./site.js').Site} */ (stage.sites.notes)
    const [a, b] = [await stage.ready('crm'), await stage.ready('notes', { url: notes.url('/plugin') })]
    assert.equal(stage.host.emit('incoming_call', incoming('c-1'), { plugin: 'acme.notes' }), 1)
    await until(() => b.evaluate('plugin.events.length === 1'))
    assert.equal(await a.evaluate('plugin.events.length'), 0)
    assert.deepEqual(stage.connected().map(({ plugin, origin }) => [plugin, origin]).toSorted(),
      [['acme.crm', stage.plugin.origin], ['acme.notes', notes.origin]])
    // A forged knock of one frame is nobody else's.
    await b.evaluate('plugin.knock("forged")')
    await until(() => b.evaluate('plugin.offers === 2'))
    assert.equal(await a.evaluate('plugin.offers'), 1)
    await until(() => stage.connected('acme.notes').length === 1)
    assert.equal(await stage.page.evaluate('embeds.crm.handle.state'), 'ready')
  })

  it('C5: a frame in a frame talks to the page around it, not to the desktop', async (t) => {
    const stage = await setStage(t, browser)
    stage.plugin.page('/nest', '', { body: `<iframe name="inner" src="${stage.plugin.url('/plugin')}"></iframe>` })
    await stage.embed('outer', { url: stage.plugin.url('/nest'), knockTimeoutMs: 300 })
    await stage.state('outer', 'not-responding', 'no_knock')
    assert.equal(await stage.frame('inner').evaluate('plugin.offers'), 0)
    assert.deepEqual(stage.host.sessions(), [])
    // A desktop that is itself in a frame serves its plugins as ever.
    stage.desktop.page('/portal', '', { body: '<iframe name="desk" src="/desk"></iframe>' })
    await stage.page.goto(stage.desktop.url('/portal'))
    const desk = stage.frame('desk')
    await until(() => desk.evaluate('typeof window.show === "function"').catch(() => false))
    await desk.evaluate(`show('crm', { url: '${stage.plugin.url('/plugin')}', plugin: 'acme.crm', host: '${stage.url}', token: '${stage.host.token}' })`)
    await until(() => desk.evaluate('embeds.crm.handle.state === "ready"'))
    assert.equal(stage.connected('acme.crm').length, 1)
  })

  it('keeps a link when the same document repeats its knock, and closes the older one when it knocks anew', async (t) => {
    const stage = await setStage(t, browser)
    const frame = await stage.ready('crm')
    const [before] = stage.connected()
    await frame.evaluate('for (let n = 0; n < 5; n++) plugin.knock()')
    assert.equal((await frame.evaluate('plugin.request("get_user")')).result.user.name, 'Ben')
    assert.deepEqual([await frame.evaluate('plugin.offers'), stage.connected()[0]?.session], [1, before?.session])
    await frame.evaluate('plugin.knock("another")')
    await until(() => frame.evaluate('plugin.welcomes === 2'))
    assert.equal(stage.connected().length, 1)
    assert.notEqual(stage.connected()[0]?.session, before?.session)
  })

  it('loads a page again whose address has a fragment', async (t) => {
    const stage = await setStage(t, browser)
    const first = await (await stage.ready('crm', { url: stage.plugin.url('/plugin#/calls') })).evaluate('plugin.instance')
    await stage.page.evaluate('embeds.crm.handle.reload()')
    assert.equal(await stage.page.evaluate('embeds.crm.handle.state'), 'loading')
    await stage.state('crm', 'ready')
    assert.notEqual(await stage.frame('crm').evaluate('plugin.instance'), first)
    assert.equal(stage.connected().length, 1)
  })
})
