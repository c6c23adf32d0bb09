import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { incoming, turn, until } from '../desk.js'
import { useBrowser } from './chromium.js'
import { FOREIGN_PLUGIN } from './foreign-plugin.js'
import { setStage } from './stage.js'

/** A page that posts 1,000 messages, each wrong in its own way, to one window. */
const HOSTILE = String.raw`
window.attack = (target, nonce = 'guessed') => {
  const texts = ['', 'null', '[]', '{', '{"smartagent":"knock"}', '{"smartagent":"knock","nonce":7}', '{"smartagent":"offer"}',
    JSON.stringify({ smartagent: 'knock', versions: [1], nonce: 'x'.repeat(2000) }), JSON.stringify({ smartagent: 'offer', nonce }),
    JSON.stringify({ smartagent: 'knock', versions: [1], nonce, __proto__: { polluted: 1 } }), '{"__proto__":{"polluted":1},"smartagent":"knock","nonce":"p"}']
  const things = [...texts, null, 1, true, { smartagent: 'knock', nonce }, [1], new Map([[1, 2]]), new ArrayBuffer(8), new Date()]
  for (let n = 0; n < 1000; n++) {
    const channel = new MessageChannel()
    channel.port1.onmessage = ({ data }) => { window.stolen = data }
    target.postMessage(things[n % things.length], '*', n % 2 ? [channel.port2] : [])
  }
}`

describe('who is not meant gets nothing', { timeout: 120_000 }, () => {
  const browser = useBrowser()

  it('C6: pages without an origin of their own are refused before they load', async (t) => {
    const stage = await setStage(t, browser)
    const refusal = (/** @type {object} */ options, prepare = '') => stage.page.evaluate(
      `refusal(${JSON.stringify({ url: stage.plugin.url('/plugin'), plugin: 'acme.crm', host: stage.url, token: 'x', ...options })}, (frame) => { ${prepare} })`)
    for (const url of ['about:blank', 'about:srcdoc', 'data:text/html,<p>hi', `blob:${stage.desktop.origin}/1234`, 'javascript:0']) {
      assert.match(await refusal({ url }), /^E_ORIGIN: url: a page of the scheme /, url)
    }
    assert.match(await refusal({}, 'frame.srcdoc = "<p>hi"'), /^E_ORIGIN: the iframe has a srcdoc/)
    assert.match(await refusal({ sandbox: 'allow-scripts' }), /^E_ORIGIN: sandbox: without allow-same-origin/)
    assert.match(await refusal({ origin: 'null', sandbox: 'allow-scripts' }), /^E_ORIGIN: origin: an opaque origin/)
    assert.match(await refusal({ url: stage.desktop.url('/desk') }), /^E_ORIGIN: url: a page of this page's own origin could lift its sandbox/)
    assert.equal(await refusal({ url: stage.desktop.url('/desk'), allowOwnOrigin: true }), 'embedded')
    for (const [options, at] of /** @type {const} */ ([[{ plugin: 'Not An Id' }, 'plugin'], [{ host: 'https://x' }, 'host'], [{ origin: 'https://x/y' }, 'origin'], [{ token: 7 }, 'token'], [{ url: 'http://[' }, 'url']])) {
      assert.match(await refusal(options), new RegExp(`^E_BAD_REQUEST: ${at} must be`))
    }
    assert.deepEqual(stage.host.sessions(), [])
  })

  it('C6: a frame that comes to show an opaque page is not linked, and says why', async (t) => {
    const stage = await setStage(t, browser)
    stage.plugin.set('/opaque', { body: `<!doctype html><script>${FOREIGN_PLUGIN}</script>`, headers: { 'content-security-policy': 'sandbox allow-scripts' } })
    await stage.embed('crm', { url: stage.plugin.url('/opaque') })
    const status = await stage.state('crm', 'not-responding', 'wrong_origin')
    assert.deepEqual([status.code, /sandbox needs allow-same-origin/.test(status.message)], ['E_ORIGIN', true])
    for (const src of ['about:blank', 'data:text/html,<script>parent.postMessage(JSON.stringify({smartagent:"knock",versions:[1],nonce:"d"}),"*")</script>']) {
      await stage.page.evaluate(`embeds.crm.frame.src = ${JSON.stringify(src)}`)
      await turn(200)
      assert.ok(stage.frame('crm').url().startsWith(src.slice(0, 11)))
      assert.notEqual(await stage.page.evaluate('embeds.crm.handle.state'), 'ready')
    }
    await stage.page.evaluate(`embeds.crm.frame.src = URL.createObjectURL(new Blob(['<script>parent.postMessage(JSON.stringify({smartagent:"knock",versions:[1],nonce:"b"}),"*")<\/script>'], { type: 'text/html' }))`)
    await turn(200)
    assert.deepEqual([await stage.frame('crm').evaluate('typeof plugin'), stage.host.sessions().length], ['undefined', 0])
  })

  it('C6: an opaque page is linked where the desktop opted in, and the host hears that its origin proves nothing', async (t) => {
    const stage = await setStage(t, browser)
    stage.plugin.set('/opaque', { body: `<!doctype html><script>${FOREIGN_PLUGIN}</script>` })
    const frame = await stage.ready('crm', { url: stage.plugin.url('/opaque'), origin: 'null', allowOpaqueOrigin: true, sandbox: 'allow-scripts' })
    assert.equal(stage.connected()[0]?.origin, 'null')
    assert.equal((await frame.evaluate('plugin.request("get_user")')).result.user.name, 'Ben')
  })

  it('T5: a frame that goes to another site keeps nothing of the plugin\'s link', async (t) => {
    const stage = await setStage(t, browser, { plugins: { evil: 'evil.test' } })
    const evil = /** @type {import('./site.js').Site} */ (stage.sites.evil)
    const frame = await stage.ready('crm')
    await frame.evaluate('for (let n = 0; n < 50; n++) plugin.request("get_user")')
    await frame.evaluate(`location.href = '${evil.url('/plugin')}'`).catch(() => undefined)
    await until(() => stage.frame('crm').url() === evil.url('/plugin'))
    await turn(1_500)
    const plugin = await stage.frame('crm').evaluate('plugin')
    assert.deepEqual([plugin.offers, plugin.frames, plugin.answers], [0, [], []])
    const status = await stage.state('crm', 'not-responding', 'wrong_origin')
    assert.ok(status.message.includes(`the frame shows a page of ${evil.origin}, and ${stage.plugin.origin} was to be linked`))
    assert.equal(stage.connected().length, 0)
  })

  it('F15: 1,000 hostile messages before and after the real knock link nobody else', async (t) => {
    const stage = await setStage(t, browser, { plugins: { evil: 'evil.test' } })
    const evil = /** @type {import('./site.js').Site} */ (stage.sites.evil)
    evil.page('/attacker', `${HOSTILE}
      attack(parent); setInterval(() => attack(parent), 100)`)
    stage.plugin.page('/attacked', `${HOSTILE}
      attack(parent); window.seenByMe = []
      addEventListener('message', ({ source, data }) => seenByMe.push(source === parent))`)
    // The plugin's own page is hostile as well, then knocks as it should.
    stage.plugin.set('/both', { body: '<!doctype html><script type="module" src="/attacked.mjs"></script><script type="module" src="/plugin.mjs"></script>' })
    await stage.page.evaluate(`document.body.append(Object.assign(document.createElement('iframe'), { name: 'attacker', src: '${evil.url('/attacker')}' }))`)
    await until(() => evil.hits.get('/attacker.mjs') === 1)
    const frame = await stage.ready('crm', { url: stage.plugin.url('/both') })
    assert.equal((await frame.evaluate('plugin.request("get_user")')).result.user.name, 'Ben')
    await turn(300)
    assert.equal(await stage.frame('attacker').evaluate('window.stolen'), undefined)
    assert.equal(await stage.page.evaluate('({}).polluted'), undefined)
    assert.deepEqual([stage.connected().length, stage.connected()[0]?.origin], [1, stage.plugin.origin])
    assert.deepEqual(stage.page.lines.filter(({ kind }) => kind === 'uncaught'), [])
  })

  it('answers at most ten knocks a second', async (t) => {
    const stage = await setStage(t, browser)
    const frame = await stage.ready('crm')
    await turn(1_100)
    await frame.evaluate('for (let n = 0; n < 100; n++) parent.postMessage(JSON.stringify({ smartagent: "knock", versions: [1], nonce: "n" + n }), "*")')
    await frame.evaluate(`window.heard = 0; addEventListener('message', () => heard++)`)
    await turn(500)
    assert.ok(await frame.evaluate('heard') <= 10)
    assert.equal(await frame.evaluate('plugin.offers'), 1)
  })

  it('C7: a plugin in a page that serves no plugins, or in no frame at all, sends nothing but its knock', async (t) => {
    const stage = await setStage(t, browser, { plugins: { evil: 'evil.test' } })
    const evil = /** @type {import('./site.js').Site} */ (stage.sites.evil)
    evil.page('/company', `window.seen = []; addEventListener('message', ({ data }) => seen.push(data))`, { body: `<iframe name="crm" src="${stage.plugin.url('/plugin')}"></iframe>` })
    await stage.page.goto(evil.url('/company'))
    await until(() => stage.page.evaluate('seen.length >= 3'))
    for (const message of await stage.page.evaluate('seen')) assert.deepEqual(Object.keys(JSON.parse(message)).toSorted(), ['nonce', 'smartagent', 'versions'])
    assert.deepEqual(stage.host.sessions(), [])
  })

  it('T10: a plugin opens no window and leads the desktop nowhere', async (t) => {
    const stage = await setStage(t, browser)
    const frame = await stage.ready('crm')
    const opened = await frame.evaluate(`(() => {
      const link = document.body.appendChild(Object.assign(document.createElement('a'), { href: '/plugin', target: '_blank' }))
      link.click()
      try { top.location = '/plugin' } catch (error) { return [open('/plugin'), error.name] }
    })()`)
    assert.deepEqual(opened, [null, 'SecurityError'])
    await turn(200)
    assert.equal(stage.page.context().pages().length, 1)
    assert.equal(stage.page.url(), stage.desktop.url('/desk'))
  })

  it('closes a link whose plugin breaks the protocol, and says why', async (t) => {
    const stage = await setStage(t, browser)
    for (const [name, script, closeCode, code] of /** @type {const} */ ([
      ['object', 'plugin.raw({ type: "ping", n: 1 })', 4500, 'E_PROTOCOL'],
      ['large', 'plugin.raw("x".repeat(131073))', 4510, 'E_TOO_LARGE'],
      ['bytes', 'plugin.raw("\\u20ac".repeat(43691))', 4510, 'E_TOO_LARGE'],
      ['text', 'plugin.raw("hello")', 4500, 'E_PROTOCOL'],
      ['greeting', 'plugin.post({ type: "hello", versions: [1], plugin: { instance: "i" }, sdk: {}, embed: { origin: "https://evil.test" } })', 4500, 'E_PROTOCOL'],
    ])) {
      const frame = await stage.ready(name)
      await frame.evaluate(script)
      const status = await stage.state(name, 'stopped')
      const last = await frame.evaluate('plugin.last')
      assert.deepEqual([status.code, last.closeCode, last.code, last.fatal], [code, closeCode, code, true], name)
    }
    await until(() => stage.connected().length === 0)
  })

  it('links nobody whose first frame is not a hello, is too large, or claims what the page alone may say', async (t) => {
    const stage = await setStage(t, browser)
    const script = FOREIGN_PLUGIN.replace("post({ type: 'hello'", "if (window.first) plugin.raw(first); else post({ type: 'hello'")
    for (const [name, first, closeCode] of /** @type {const} */ ([
      ['none', '"{}"', 4500], ['list', '"[1]"', 4500], ['other', 'JSON.stringify({ type: "request", seq: 1 })', 4500],
      ['large', '"x".repeat(8193)', 4510], ['twin', String.raw`'{"type":"hello","type":"goodbye"}'`, 4500],
    ])) {
      stage.plugin.set(`/${name}`, { body: `<!doctype html><script>window.first = ${first}</script><script>${script}</script>` })
      await stage.embed(name, { url: stage.plugin.url(`/${name}`) })
      await stage.state(name, 'stopped')
      assert.equal((await stage.frame(name).evaluate('plugin.last')).closeCode, closeCode, name)
    }
    assert.deepEqual(stage.host.sessions(), [])
    stage.plugin.set('/claims', { body: `<!doctype html><script>window.moreHello = { role: 'desktop', embed: { origin: 'https://evil.test' }, plugin: { id: 'acme.admin', instance: 'i-1' } }</script><script>${FOREIGN_PLUGIN}</script>` })
    await stage.ready('claims', { url: stage.plugin.url('/claims') })
    assert.deepEqual(stage.connected().map(({ plugin, origin, instance }) => [plugin, origin, instance]), [['acme.claims', stage.plugin.origin, 'i-1']])
    assert.equal(stage.host.emit('incoming_call', incoming('c-1')), 1)
  })
})
