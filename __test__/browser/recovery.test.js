import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { SmartAgentHost } from 'smartagent-plugin-sdk/host'

import { contact, incoming, snapshot, turn, until, user } from '../desk.js'
import { useBrowser } from './chromium.js'
import { FOREIGN_PLUGIN } from './foreign-plugin.js'
import { setStage } from './stage.js'

describe('an embedded plugin whose link or page is in trouble', { timeout: 120_000 }, () => {
  const browser = useBrowser()

  it('F13: knocks until the desktop listens, however late its script comes', async (t) => {
    const stage = await setStage(t, browser)
    for (const delayMs of [0, 400, 2_000]) {
      // The frame is in the page's HTML, so the plugin speaks first.
      stage.desktop.page('/late', '', { body: `<iframe name="crm" id="crm" src="${stage.plugin.url('/plugin')}"></iframe>` })
      stage.desktop.set('/late.mjs', { delayMs, body: `import { embedPlugin } from '/sdk/embed.js'
        window.handle = embedPlugin(document.getElementById('crm'), { url: '${stage.plugin.url('/plugin')}', plugin: 'acme.crm', host: '${stage.url}', token: '${stage.host.token}' })` })
      await stage.page.goto(stage.desktop.url('/late'))
      await until(() => stage.page.evaluate('window.handle?.state === "ready"'), 10_000)
    }
    // A host's page that hears only after two and a half seconds, in anybody's code.
    stage.desktop.page('/slow', `setTimeout(() => addEventListener('message', ({ data, source, origin }) => { window.knocked ??= [JSON.parse(data).smartagent, origin] }), 2500)`,
      { body: `<iframe src="${stage.plugin.url('/plugin')}"></iframe>` })
    await stage.page.goto(stage.desktop.url('/slow'))
    await until(() => stage.page.evaluate('window.knocked !== undefined'))
    assert.deepEqual(await stage.page.evaluate('knocked'), ['knock', stage.plugin.origin])
  })

  it('is linked again after its host was killed and started anew, and knocks once for it', async (t) => {
    const stage = await setStage(t, browser)
    const frame = await stage.ready('crm')
    await stage.host.close()
    await stage.state('crm', 'connecting')
    const last = await frame.evaluate('plugin.last')
    assert.deepEqual([last.type, last.resume], ['goodbye', true])
    await turn(1_000)
    const again = new SmartAgentHost({ companyId: 'acme', user, token: /** @type {string} */ (stage.host.token), allowedOrigins: [stage.desktop.origin] })
    t.after(() => again.close())
    again.applySnapshot(snapshot([contact('c-1')]))
    await again.listen({ port: stage.port })
    await stage.state('crm', 'ready', undefined, 20_000)
    const { welcomes, offers, welcome, frames } = await frame.evaluate('plugin')
    assert.deepEqual([welcomes, offers, welcome.reason, welcome.snapshot.contacts.length], [2, 2, 'new', 1])
    assert.equal(frames.filter((/** @type {string} */ type) => type === 'goodbye').length, 1)
    assert.equal(again.emit('incoming_call', incoming('c-2')), 1)
  })

  it('tells apart a host that is not there yet, and links as soon as it is', async (t) => {
    const stage = await setStage(t, browser)
    await stage.host.close()
    await stage.embed('crm')
    const status = await stage.state('crm', 'connecting', 'host_unreachable')
    assert.match(status.message, /refuses the link or is not there: is it running/)
    const again = new SmartAgentHost({ token: /** @type {string} */ (stage.host.token), allowedOrigins: [stage.desktop.origin] })
    t.after(() => again.close())
    await again.listen({ port: stage.port })
    await stage.state('crm', 'ready', undefined, 20_000)
    assert.equal(await stage.frame('crm').evaluate('plugin.offers'), 1, 'the plugin had nothing to do for it')
  })

  it('is not responding while its page is frozen, keeps its session, and is back afterwards', async (t) => {
    const stage = await setStage(t, browser, { host: { limits: { heartbeat: { intervalMs: 200, timeoutMs: 200 } } } })
    const frame = await stage.ready('crm')
    const [before] = stage.connected()
    /** @type {string[]} */
    const changes = []
    stage.host.on('session', ({ change }) => changes.push(change))
    await frame.evaluate('void setTimeout(() => { for (const end = Date.now() + 2500; Date.now() < end;); }, 0)')
    const status = await stage.state('crm', 'not-responding', 'missed_pong')
    assert.match(status.message, /busy, frozen or in the background/)
    stage.host.emit('incoming_call', incoming('c-1'))
    await stage.state('crm', 'ready')
    await until(() => frame.evaluate('plugin.events.length === 1'))
    assert.equal(stage.connected()[0]?.session, before?.session)
    assert.deepEqual(await frame.evaluate('plugin.welcomes'), 1)
    assert.deepEqual(changes, ['unresponsive', 'responsive'], 'the host knows it too')
  })

  it('C8: a port that was closed or lost without a word is noticed, and a new knock links the page again', async (t) => {
    const stage = await setStage(t, browser, { host: { limits: { heartbeat: { intervalMs: 200, timeoutMs: 200 } } } })
    const frame = await stage.ready('crm')
    await frame.evaluate('plugin.hangUp()')
    await stage.state('crm', 'not-responding', 'missed_pong')
    await frame.evaluate('plugin.knock("after-the-port-was-lost")')
    await stage.state('crm', 'ready')
    await until(() => stage.connected().length === 1)
    assert.deepEqual([await frame.evaluate('plugin.welcomes'), stage.host.sessions().length], [2, 1])
    assert.equal((await frame.evaluate('plugin.request("get_user")')).result.user.name, 'Ben')
  })

  it('C8: a message that cannot be read on the other side ends the link, and a new knock starts another', async (t) => {
    const stage = await setStage(t, browser)
    const frame = await stage.ready('crm')
    // A compiled module may not leave its site: a messageerror over there.
    await frame.evaluate('plugin.raw(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])))')
    const status = await stage.state('crm', 'stopped')
    assert.deepEqual([status.code, status.message], ['E_PROTOCOL', 'a message on the port could not be read'])
    await frame.evaluate('plugin.knock("again")')
    await stage.state('crm', 'ready')
  })

  it('is told that the host has removed it, and may come back', async (t) => {
    const stage = await setStage(t, browser)
    const frame = await stage.ready('crm')
    assert.ok(stage.host.remove(/** @type {string} */ (stage.connected()[0]?.session)))
    assert.equal((await stage.state('crm', 'stopped')).code, 'E_CLOSED')
    assert.equal((await frame.evaluate('plugin.last')).closeCode, 4513)
    await frame.evaluate('plugin.knock("again")')
    await stage.state('crm', 'ready')
  })

  it('that never knocks is explained, and linked when it does all the same', async (t) => {
    const stage = await setStage(t, browser)
    stage.plugin.set('/mute', { body: `<!doctype html><script>${FOREIGN_PLUGIN.replace('= { instance', '= { silent: true, instance')}</script>` })
    await stage.embed('crm', { url: stage.plugin.url('/mute'), knockTimeoutMs: 200 })
    const status = await stage.state('crm', 'not-responding', 'no_knock')
    assert.ok(status.message.startsWith(`no page of ${stage.plugin.origin} has knocked: does it load, may it be framed here`))
    await stage.frame('crm').evaluate('plugin.knock()')
    await stage.state('crm', 'ready')
  })

  it('that may not be framed is explained too', async (t) => {
    const stage = await setStage(t, browser)
    stage.plugin.page('/private', FOREIGN_PLUGIN, { headers: { 'content-security-policy': "frame-ancestors 'none'" } })
    await stage.embed('crm', { url: stage.plugin.url('/private'), knockTimeoutMs: 200 })
    assert.match((await stage.state('crm', 'not-responding', 'no_knock')).message, /frame-ancestors/)
  })

  it('ends its session when it says goodbye, and starts another when it knocks again', async (t) => {
    const stage = await setStage(t, browser)
    const frame = await stage.ready('crm')
    await frame.evaluate('plugin.goodbye()')
    await stage.state('crm', 'loading', 'left')
    await until(() => stage.host.sessions().length === 0)
    await frame.evaluate('plugin.knock("again")')
    await stage.state('crm', 'ready')
    assert.equal(stage.connected().length, 1)
  })

  it('works under strict content security policies on both sides', async (t) => {
    const desk = "default-src 'none'; script-src 'self'; connect-src 'self' ws://127.0.0.1:*; frame-src http://plugin.test:*; require-trusted-types-for 'script'"
    const stage = await setStage(t, browser, { headers: { 'content-security-policy': desk } })
    const ancestors = `default-src 'none'; script-src 'self'; frame-ancestors ${stage.desktop.origin}; require-trusted-types-for 'script'`
    stage.plugin.page('/strict', FOREIGN_PLUGIN, { headers: { 'content-security-policy': ancestors } })
    const frame = await stage.ready('crm', { url: stage.plugin.url('/strict') })
    assert.equal((await frame.evaluate('plugin.request("get_user")')).result.user.name, 'Ben')
    assert.deepEqual(stage.page.lines, [])
  })

  it('is told apart from a host that the page\'s own policy forbids to dial', async (t) => {
    const stage = await setStage(t, browser, { headers: { 'content-security-policy': "script-src 'self'; connect-src 'self'" } })
    await stage.embed('crm')
    assert.match((await stage.state('crm', 'connecting', 'host_unreachable')).message, /does this page's connect-src allow it/)
  })

  it('hands its port to a host in reach of the page', async (t) => {
    const stage = await setStage(t, browser)
    await stage.page.evaluate(`
      const got = window.got = []
      const host = { attachPort(port, peer) { port.onmessage = ({ data }) => { got.push([peer, JSON.parse(data).type]); port.postMessage('{"type":"welcome"}') }; return { close() { got.push('closed') }, closed: new Promise((resolve) => { window.endIt = resolve }) } } }
      show('crm', { url: '${stage.plugin.url('/plugin')}', plugin: 'acme.crm', host, agent: 'ben' })`)
    await stage.state('crm', 'ready')
    await until(() => stage.frame('crm').evaluate('plugin.state === "ready"'))
    await stage.page.evaluate('embeds.crm.handle.remove()')
    assert.deepEqual(await stage.page.evaluate('got'), [[{ origin: stage.plugin.origin, plugin: 'acme.crm', agent: 'ben' }, 'hello'], 'closed'])
    // It ends when the host says so, and begins again with the next knock.
    await stage.page.evaluate(`show('again', { url: '${stage.plugin.url('/plugin')}', plugin: 'acme.crm', host: { attachPort: () => ({ closed: Promise.resolve() }) } })`)
    await stage.state('again', 'loading', 'left')
    assert.ok((await stage.states('again')).includes('ready ready'))
  })
})
