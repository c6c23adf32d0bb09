import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { fileURLToPath } from 'node:url'

import { Child } from '../child-process.js'
import { contact, snapshot, turn, until } from '../desk.js'
import { useBrowser } from './chromium.js'
import { setStage } from './stage.js'

/** A plugin's page with the SDK; what a test needs is on `window`. */
const SDK_PLUGIN = `
import SmartAgent from '/sdk/js/browser/index.js'
const desktop = new URLSearchParams(location.search).get('desktop')
const seen = window.seen = []
window.SmartAgent = SmartAgent
const sm = window.sm = new SmartAgent({ ...(desktop && { allowedOrigins: [desktop] }), connectTimeoutMs: 3000 })
for (const name of ['incoming_call', 'call_started', 'on_hold', 'off_hold', 'call_ended', 'after_call_work', 'after_call_work_end', 'next_status', 'resync']) sm.on(name, (payload) => seen.push([name, payload]))
sm.on('error', (error) => seen.push(['error', error.code]))
window.settled = (promise) => promise.then((result) => ({ result }), ({ code, message, executed, issues }) => ({ error: { code, message, executed, issues } }))
window.started = settled(sm.init())`

const HOST = fileURLToPath(new URL('host-process.js', import.meta.url))

describe('the SDK in a page that embedPlugin shows', { timeout: 120_000 }, () => {
  const browser = useBrowser()

  /** @param {import('node:test').TestContext} t @param {import('./stage.js').StageOptions} [options] */
  async function sdkStage(t, options) {
    const stage = await setStage(t, browser, options)
    stage.plugin.page('/sdk-plugin', SDK_PLUGIN)
    const url = stage.plugin.url(`/sdk-plugin?desktop=${stage.desktop.origin}`)
    return { stage, url }
  }

  it('offers the whole API', async (t) => {
    const { stage, url } = await sdkStage(t)
    const { host } = stage
    const frame = await stage.ready('crm', { url })
    const started = await frame.evaluate('started')
    assert.equal(started.result.user.name, 'Ben')
    host.applySnapshot(snapshot([contact('c-1')]))
    await until(() => frame.evaluate('seen.length'))
    const [[name, payload]] = await frame.evaluate('seen')
    assert.deepEqual([name, payload.contactId, payload.phoneNumber], ['incoming_call', 'c-1', '+442071838750'])
    for (const method of /** @type {const} */ (['update_contact', 'update_customer', 'transfer_call', 'quick_connect', 'end_conference_call'])) {
      host.handle(method, /** @type {any} */ (() => { throw Object.assign(new Error('no'), {}) }))
    }
    host.handle('update_contact', (attributes, { contactId }) => ({ contactId: contactId ?? '', initialContactId: null, attributes: /** @type {Record<string, string>} */ (attributes) }))
    const call = (/** @type {string} */ script) => frame.evaluate(`settled(${script})`)
    assert.equal((await call(`sm.getUser()`)).result.name, 'Ben')
    assert.equal((await call(`sm.getCompanyID()`)).result, 'acme')
    assert.equal((await call(`sm.getContacts()`)).result.length, 1)
    assert.equal((await call(`sm.getContact('c-1')`)).result.contactId, 'c-1')
    assert.deepEqual((await call(`sm.updateContact({ tier: '2' }, { contactId: 'c-1' })`)).result.attributes, { tier: '2' })
    const refused = (await call(`sm.updateContact({ tier: 5, other: [] }, { contactId: 'c-1' })`)).error
    assert.deepEqual([refused.code, refused.issues.length], ['E_BAD_REQUEST', 2], 'every issue, found by the host')
    assert.equal((await call(`sm.updateContact({ tier: '2' }, { contactId: 'nobody' })`)).error.code, 'E_NOT_FOUND')
    assert.deepEqual((await call(`sm.send('show_notification', { type: 'CREATE_NOTIFICATION', header: 'h', text: 't' })`)).error, undefined)
    for (const script of [`sm.showPlugin()`, `sm.hidePlugin()`, `sm.setTitleTag('crm')`]) assert.equal((await call(script)).error, undefined, script)
    await frame.evaluate('sm.close()')
    await until(() => stage.connected().length === 0)
    assert.deepEqual(stage.page.lines, [])
  })

  it('reloaded in the middle of calls, settles none of them in the new document', async (t) => {
    const { stage, url } = await sdkStage(t)
    stage.host.handle('update_contact', async (attributes) => {
      await turn(50)
      return { contactId: 'c-1', initialContactId: null, attributes: /** @type {Record<string, string>} */ (attributes) }
    })
    stage.host.applySnapshot(snapshot([contact('c-1', 'connected')]))
    await stage.ready('crm', { url })
    for (let n = 0; n < 20; n++) {
      await stage.frame('crm').evaluate('for (let n = 0; n < 20; n++) sm.updateContact({ a: "1" }, { contactId: "c-1" }).catch(() => 0)')
      await stage.page.evaluate('embeds.crm.handle.reload()')
      await stage.state('crm', 'ready')
      assert.deepEqual(await stage.frame('crm').evaluate('seen.filter(([name]) => name === "error" || name === "resync")'), [])
    }
    assert.equal(stage.connected().length, 1)
  })

  it('T3: a page of another origin that offers gets nothing, and the plugin\'s author is told which option to set', async (t) => {
    const stage = await setStage(t, browser, { plugins: { evil: 'evil.test' } })
    const evil = /** @type {import('./site.js').Site} */ (stage.sites.evil)
    stage.plugin.page('/sdk-plugin', SDK_PLUGIN)
    evil.page('/fake', `window.heard = []
      addEventListener('message', ({ data, source }) => {
        heard.push(data)
        const { nonce } = JSON.parse(data)
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = ({ data }) => heard.push('frame: ' + data)
        source.postMessage(JSON.stringify({ smartagent: 'offer', nonce }), '*', [port2])
      })`, { body: `<iframe name="crm" src="${stage.plugin.url(`/sdk-plugin?desktop=${stage.desktop.origin}`)}"></iframe>` })
    await stage.page.goto(evil.url('/fake'))
    await until(() => stage.frame('crm').evaluate('typeof started === "object"').catch(() => false))
    const { error } = await stage.frame('crm').evaluate('started')
    assert.equal(error.code, 'E_ORIGIN')
    assert.ok(error.message.includes(evil.origin) && error.message.includes('allowedOrigins'), error.message)
    await turn(300)
    assert.deepEqual((await stage.page.evaluate('heard')).filter((/** @type {string} */ text) => text.startsWith('frame')), [])
  })

  it('T3: a page that answers nothing gets nothing but knocks', async (t) => {
    const stage = await setStage(t, browser, { plugins: { evil: 'evil.test' } })
    const evil = /** @type {import('./site.js').Site} */ (stage.sites.evil)
    stage.plugin.page('/sdk-plugin', SDK_PLUGIN)
    evil.page('/mute', 'window.heard = []; addEventListener("message", ({ data }) => heard.push(Object.keys(JSON.parse(data)).sort().join()))',
      { body: `<iframe name="crm" src="${stage.plugin.url('/sdk-plugin')}"></iframe>` })
    await stage.page.goto(evil.url('/mute'))
    await until(() => stage.frame('crm').evaluate('typeof started === "object"').catch(() => false))
    assert.equal((await stage.frame('crm').evaluate('started')).error.code, 'E_NO_HOST')
    assert.deepEqual(await stage.page.evaluate('[...new Set(heard)]'), ['nonce,smartagent,versions'])
  })

  it('C7: in no frame at all, says so at once', async (t) => {
    const stage = await setStage(t, browser)
    stage.plugin.page('/sdk-plugin', SDK_PLUGIN)
    await stage.page.goto(stage.plugin.url('/sdk-plugin'))
    await until(() => stage.page.evaluate('typeof started === "object"'))
    assert.equal((await stage.page.evaluate('started')).error.code, 'E_NOT_EMBEDDED')
    // A window that a desktop opened has an opener and no parent.
    await stage.page.goto(stage.desktop.url('/desk'))
    const opened = stage.page.context().waitForEvent('page')
    await stage.page.evaluate(`void window.open('${stage.plugin.url('/sdk-plugin')}')`)
    const popup = await opened
    await until(() => popup.evaluate('typeof started === "object"').catch(() => false))
    assert.equal(/** @type {any} */ (await popup.evaluate('started')).error.code, 'E_NOT_EMBEDDED')
  })

  it('F15: 1,000 hostile messages to the plugin before the real offer link it to the real host only', async (t) => {
    const { stage } = await sdkStage(t, { plugins: { evil: 'evil.test' } })
    const evil = /** @type {import('./site.js').Site} */ (stage.sites.evil)
    // A frame beside it can reach it by way of its parent.
    evil.page('/attacker', `
      window.stolen = []
      const attack = () => {
        for (let n = 0; n < 1000; n++) {
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = ({ data }) => stolen.push(data)
          const texts = ['', '{', 'null', '7', '{"smartagent":"offer"}', '{"smartagent":"offer","nonce":"guess"}', JSON.stringify({ smartagent: 'offer', nonce: 'x'.repeat(100000) })]
          const target = parent.frames.length > 1 ? parent.frames[parent.frames.length - 1] : parent
          if (target !== window) target.postMessage([...texts, null, 1, { smartagent: 'offer', nonce: n }, [1]][n % 11], '*', n % 2 ? [port2] : [])
        }
      }
      for (const ms of [0, 5, 10, 20, 40, 80, 160, 320]) setTimeout(attack, ms)`)
    await stage.page.evaluate(`document.body.append(Object.assign(document.createElement('iframe'), { name: 'attacker', src: '${evil.url('/attacker')}' }))`)
    const frame = await stage.ready('crm', { url: stage.plugin.url(`/sdk-plugin?desktop=${stage.desktop.origin}`) })
    assert.equal((await frame.evaluate('started')).result.user.name, 'Ben')
    await turn(500)
    assert.equal((await frame.evaluate('settled(sm.getCompanyID())')).result, 'acme')
    assert.deepEqual(await stage.frame('attacker').evaluate('stolen'), [])
  })

  it('gets one resync when the host is killed and started again, and its calls settle', async (t) => {
    const { stage, url } = await sdkStage(t)
    const options = { token: 'page-token', allowedOrigins: [stage.desktop.origin] }
    const first = new Child(t, [process.execPath, HOST, JSON.stringify({ ...options, contact: 'c-1' })])
    const [, host, port] = await first.see(/^(ws:\S+:(\d+)\/link)$/m)
    const frame = await stage.ready('crm', { url, host, token: 'page-token' })
    await frame.evaluate('window.pending = settled(sm.updateContact({ a: "1" }, { contactId: "c-1" })); 0')
    await first.see(/^update_contact$/m)
    first.process.kill('SIGKILL')
    await first.ended
    await stage.state('crm', 'connecting')
    await turn(1_000)
    const again = new Child(t, [process.execPath, HOST, JSON.stringify({ ...options, contact: 'c-2', port: Number(port) })])
    await again.see(/^ws:/m)
    await stage.state('crm', 'ready', undefined, 20_000)
    await until(() => frame.evaluate('seen.some(([name]) => name === "resync")'))
    const { code, executed } = (await frame.evaluate('pending')).error
    assert.deepEqual([code, executed], ['E_OUTCOME_UNKNOWN', 'unknown'])
    await frame.evaluate('sm.updateContact({ a: "1" }, { contactId: "c-2" })')
    await again.see(/^update_contact$/m)
    const resyncs = await frame.evaluate('seen.filter(([name]) => name === "resync").map(([, { snapshot, unsettled }]) => [snapshot.contacts[0].contactId, unsettled])')
    assert.deepEqual(resyncs, [['c-2', 1]])
    assert.deepEqual(first.stdout.match(/update_contact/g), ['update_contact'])
  })

  it('works under a strict policy on both sides, and comes back from the browser\'s cache', async (t) => {
    const policy = "default-src 'none'; script-src 'self'; require-trusted-types-for 'script'"
    const { stage, url } = await sdkStage(t, { headers: { 'content-security-policy': `${policy}; connect-src ws://127.0.0.1:*; frame-src http://plugin.test:*` } })
    stage.plugin.page('/sdk-plugin', `${SDK_PLUGIN}\nsetInterval(() => parent.postMessage({ state: sm.state, resyncs: seen.filter(([name]) => name === 'resync').length }, '*'), 10)`,
      { headers: { 'content-security-policy': `${policy}; frame-ancestors ${stage.desktop.origin}` } })
    stage.desktop.page('/elsewhere', '')
    await stage.page.evaluate(`addEventListener('pageshow', ({ persisted }) => { window.persisted = persisted })
      addEventListener('message', ({ data }) => { if (data.state) window.told = data })`)
    await stage.ready('crm', { url })
    await stage.page.goto(stage.desktop.url('/elsewhere'))
    await until(() => stage.connected().length === 0)
    await stage.page.goBack({ waitUntil: 'commit' })
    await stage.page.waitForFunction('window.persisted')
    await stage.state('crm', 'ready')
    await until(async () => (await stage.page.evaluate('told')).state === 'ready' && (await stage.page.evaluate('told')).resyncs === 1)
    assert.equal(stage.connected().length, 1)
    assert.deepEqual(stage.page.lines, [])
  })
})
