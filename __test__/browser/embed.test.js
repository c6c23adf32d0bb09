import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { contact, incoming, snapshot, until } from '../desk.js'
import { useBrowser } from './chromium.js'
import { setStage } from './stage.js'

describe('embedPlugin with a plugin of another site and another language', { timeout: 120_000 }, () => {
  const browser = useBrowser()

  it('links the page to the host, which knows it by what the desktop says and not by what it says itself', async (t) => {
    const stage = await setStage(t, browser)
    const frame = await stage.ready('crm')
    const [session] = stage.connected()
    assert.deepEqual([session?.plugin, session?.origin, session?.connected], ['acme.crm', stage.plugin.origin, true])
    const welcome = await frame.evaluate('plugin.welcome')
    assert.deepEqual([welcome.plugin.id, welcome.resumed, welcome.reason], ['acme.crm', false, 'new'])
    assert.deepEqual(await stage.states('crm'), ['loading loading', 'connecting connecting', 'ready ready'])
    assert.deepEqual(stage.page.lines, [])
  })

  it('carries events and requests both ways', async (t) => {
    const stage = await setStage(t, browser)
    const frame = await stage.ready('crm')
    stage.host.handle('update_customer', (fields) => ({ customer: fields }))
    stage.host.applySnapshot(snapshot([contact('c-1')]))
    await until(() => frame.evaluate('plugin.events.length'))
    assert.deepEqual(await frame.evaluate('plugin.events'), ['incoming_call'])
    const answer = await frame.evaluate(`plugin.request('get_user')`)
    assert.equal(answer.result.user.name, 'Ben')
    const refused = await frame.evaluate(`plugin.request('update_contact', { tier: 5 })`)
    assert.equal(refused.error.code, 'E_BAD_REQUEST')
    assert.equal((await frame.evaluate(`plugin.request('get_company_id')`)).result.companyId, 'acme')
  })

  it('gives the frame a sandbox and an empty permissions policy unless told otherwise', async (t) => {
    const stage = await setStage(t, browser)
    await stage.ready('crm')
    const attributes = (/** @type {string} */ name) => stage.page.evaluate(`['sandbox', 'allow'].map((key) => embeds.${name}.frame.getAttribute(key))`)
    assert.deepEqual(await attributes('crm'), ['allow-scripts allow-same-origin allow-forms', ''])
    await stage.ready('own', { sandbox: 'allow-scripts allow-same-origin', allow: 'clipboard-write' })
    assert.deepEqual(await attributes('own'), ['allow-scripts allow-same-origin', 'clipboard-write'])
  })

  it('never shows the plugin the token that links it', async (t) => {
    const stage = await setStage(t, browser)
    const frame = await stage.ready('crm')
    const seen = await frame.evaluate('JSON.stringify([plugin, location.href, document.referrer, name])')
    assert.ok(!String(seen).includes(/** @type {string} */ (stage.host.token)))
  })

  it('asks for a token at every dial, and says so when it cannot be had', async (t) => {
    const stage = await setStage(t, browser)
    await stage.page.evaluate(`window.tokens = 0; show('crm', { url: '${stage.plugin.url('/plugin')}', plugin: 'acme.crm', host: '${stage.url}',
      token: async () => { if (++tokens === 1) throw new Error('not yet'); return '${stage.host.token}' } })`)
    await stage.state('crm', 'ready')
    assert.equal(await stage.page.evaluate('tokens'), 2)
    assert.ok((await stage.states('crm')).includes('connecting host_unreachable'))
  })

  it('stops with the reason when the host refuses the token', async (t) => {
    const stage = await setStage(t, browser)
    await stage.embed('crm', { token: 'wrong' })
    const status = await stage.state('crm', 'stopped')
    assert.equal(status.code, 'E_AUTH')
    assert.match(status.message, /token was refused/)
    const last = await stage.frame('crm').evaluate('plugin.last')
    assert.deepEqual([last.type, last.code, last.closeCode, last.fatal], ['error', 'E_AUTH', 4501, true])
  })

  it('says what to look at when the host does not let the page dial', async (t) => {
    const stage = await setStage(t, browser, { host: { allowedOrigins: [] } })
    await stage.embed('crm')
    const status = await stage.state('crm', 'connecting', 'host_unreachable')
    assert.match(status.message, /does its allowedOrigins list this page's origin/)
    assert.equal(await stage.frame('crm').evaluate('plugin.frames.length'), 0)
  })

  it('needs the right to embed', async (t) => {
    const stage = await setStage(t, browser, { host: { authenticate: (token) => ({ agent: 'ben', mayEmbed: token === 'page' }) } })
    await stage.embed('plain', { token: 'plain' })
    assert.equal((await stage.state('plain', 'stopped')).code, 'E_ORIGIN')
    await stage.ready('crm', { token: 'page' })
    assert.equal(stage.connected()[0]?.agent, 'ben')
  })

  it('is held to the origins of the manifest, whatever page the desktop shows', async (t) => {
    const manifest = { manifest: /** @type {const} */ (1), id: 'acme.crm', name: 'CRM', version: '1.0.0', type: /** @type {const} */ ('call'), url: 'https://crm.example/', origins: [],
      scopes: [{ scope: /** @type {const} */ ('call:observe'), reason: 'shows the call' }], events: [] }
    const stage = await setStage(t, browser, { host: { plugins: [manifest] } })
    await stage.embed('crm')
    const status = await stage.state('crm', 'stopped')
    assert.deepEqual([status.code, status.message], ['E_ORIGIN', "the plugin's manifest does not list this origin"])
  })

  it('passes every event of a burst of a thousand in order', async (t) => {
    const stage = await setStage(t, browser)
    const frame = await stage.ready('crm')
    for (let n = 0; n < 1_000; n++) {
      stage.host.emit('incoming_call', incoming(`c-${n}`))
      if (n % 100 === 99) await until(() => frame.evaluate(`plugin.events.length === ${n + 1}`))
    }
    assert.equal(await frame.evaluate('plugin.events.length'), 1_000)
    assert.equal(stage.connected().length, 1)
  })
})
