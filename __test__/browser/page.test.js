// The thin client in a real iframe of another site: its suite, a strict page, bundles, and React.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'

import { build as esbuild } from 'esbuild'
import { build as vite } from 'vite'
import webpack from 'webpack'

import { Child, ROOT } from '../child-process.js'
import { incoming, startHost, until } from '../desk.js'
import { useBrowser } from './chromium.js'
import { setStage } from './stage.js'

/** The suite has no types of its own. @param {string} file @returns {Promise<any>} */
const ofSuite = (file) => import(new URL(`../contract/${file}`, import.meta.url).href)
const { Desk } = await ofSuite('desk.js')
const { ORIGIN, PLUGIN, user } = await ofSuite('samples.js')
const { HOST, STEPS } = await ofSuite('suite.js')
const STRICT = { 'content-security-policy': "default-src 'none'; script-src 'self'" }

/** What a page of the suite can do besides the client. */
const SUITE_PAGE = `
import { parentWindow, SmartAgent, SmartAgentError } from '/sdk/js/browser/index.js'
import { STEPS } from '/sdk/__test__/contract/suite.js'
const desk = new Proxy({}, { get: (_, method) => (...args) => window.deskCall(method, args) })
window.runStep = async (name, allowedOrigins) => {
  const clients = []
  const make = (options = {}) => {
    clients.push(new SmartAgent({ transport: parentWindow({ allowedOrigins }), plugin: { id: '${PLUGIN}', version: '1.0.0' }, ...options }))
    return clients.at(-1)
  }
  try {
    await STEPS.find((step) => step.name === name).run({ make, SmartAgentError, desk })
  } finally {
    await Promise.all(clients.map((client) => client.close()))
  }
}`

describe('the thin client in an iframe of another site', { timeout: 300_000 }, () => {
  const browser = useBrowser()

  describe('passes the suite of every transport', () => {
    for (const { name, host, needs = [] } of STEPS) {
      const lacks = needs.filter((/** @type {string} */ need) => !['again', 'paced'].includes(need))
      it(name, { skip: lacks.length > 0 ? `a page has no ${lacks.join(' or ')}` : false }, async (t) => {
        const stage = await setStage(t, browser)
        // The suite's manifests name a page that lives elsewhere.
        const options = JSON.parse(JSON.stringify({ user, ...HOST, ...host }).replaceAll(ORIGIN, stage.plugin.origin))
        const { host: its, url } = await startHost(t, { allowedOrigins: [stage.desktop.origin], ...options })
        const desk = /** @type {any} */ (new Desk(its))
        await stage.page.exposeFunction('deskCall', (/** @type {string} */ method, /** @type {any[]} */ args) => desk[method](...args))
        stage.plugin.page('/suite', SUITE_PAGE)
        await stage.embed('contract', { url: stage.plugin.url('/suite'), host: url, token: its.token })
        await until(async () => await stage.frame('contract').evaluate('typeof runStep').catch(() => '') === 'function')
        await stage.frame('contract').evaluate(([step, origin]) => /** @type {any} */ (globalThis).runStep(step, [origin]), [name, stage.desktop.origin])
      })
    }
  })

  it("runs under script-src 'self', survives reloads and bfcache-like hides, and stays silent after close", async (t) => {
    const stage = await setStage(t, browser)
    stage.plugin.page('/strict', `
      import SmartAgent from '/sdk/js/browser/index.js'
      const sm = window.sm = new SmartAgent({ allowedOrigins: ['${stage.desktop.origin}'] })
      window.calls = []
      sm.on('incoming_call', ({ contactId }) => calls.push(contactId))
      window.ready = sm.init()`, { headers: STRICT })
    await stage.embed('strict', { url: stage.plugin.url('/strict') })
    await stage.state('strict', 'ready')
    assert.equal(await stage.frame('strict').evaluate('ready.then(() => sm.getUser()).then(({ name }) => name)'), 'Ben')
    stage.host.emit('incoming_call', incoming('c-1'))
    await until(() => stage.frame('strict').evaluate('calls.length'))
    assert.deepEqual(await stage.frame('strict').evaluate('calls'), ['c-1'])
    for (let round = 0; round < 5; round++) {
      await stage.frame('strict').evaluate('window.old = true; void location.reload()').catch(() => {})
      // The document before it goes on for a moment.
      await until(async () => await stage.frame('strict').evaluate('window.old ? "" : window.ready?.then(() => sm.state)').catch(() => '') === 'ready', 20_000)
    }
    await until(() => stage.connected('acme.strict').length === 1)
    await stage.frame('strict').evaluate('sm.close()')
    await until(() => stage.connected('acme.strict').length === 0)
    assert.deepEqual(stage.page.lines, [])
  })

  it('tells a page at the top that it is not embedded, and a strange desktop its origin and the option', async (t) => {
    const stage = await setStage(t, browser)
    const script = `
      import SmartAgent from '/sdk/js/browser/index.js'
      window.outcome = new SmartAgent().init().then(() => 'ready', ({ code, message }) => code + ' ' + message)`
    stage.plugin.page('/lonely', script)
    const page = await browser.open(t)
    await page.goto(stage.plugin.url('/lonely'))
    assert.match(await page.evaluate('outcome'), /^E_NOT_EMBEDDED /)
    await stage.embed('lonely', { url: stage.plugin.url('/lonely') })
    await until(async () => await stage.frame('lonely').evaluate('typeof outcome').catch(() => '') === 'object')
    const outcome = /** @type {string} */ (await stage.frame('lonely').evaluate('outcome'))
    assert.ok(outcome.startsWith('E_ORIGIN ') && outcome.includes(stage.desktop.origin) && outcome.includes('allowedOrigins'), outcome)
    assert.deepEqual(stage.connected('acme.lonely'), [])
  })

  describe('bundled without configuration', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'smartagent-bundle-'))
    after(() => rmSync(folder, { recursive: true, force: true }))
    before(() => {
      mkdirSync(path.join(folder, 'node_modules'))
      symlinkSync(ROOT, path.join(folder, 'node_modules', 'smartagent-plugin-sdk'))
      for (const name of ['react', 'react-dom', 'scheduler']) symlinkSync(path.join(ROOT, 'node_modules', name), path.join(folder, 'node_modules', name))
      writeFileSync(path.join(folder, 'package.json'), '{"type":"module","private":true}')
      writeFileSync(path.join(folder, 'plugin.js'), `
        import SmartAgent, { SmartAgentError, messagePort, parentWindow, preloadPort, websocket } from 'smartagent-plugin-sdk'
        export const names = [SmartAgentError, messagePort, parentWindow, preloadPort, websocket].map((given) => typeof given).join()
        export const start = (allowedOrigins) => {
          const sm = new SmartAgent({ allowedOrigins })
          return sm.init().then(() => sm.getUser()).then(({ name }) => name)
        }`)
      writeFileSync(path.join(folder, 'main.js'), `
        import { names, start } from './plugin.js'
        window.names = names
        window.started = start([new URLSearchParams(location.search).get('desktop')])`)
      writeFileSync(path.join(folder, 'index.html'), '<!doctype html><script type="module" src="./main.js"></script>')
    })

    /** @type {Record<string, (out: string) => Promise<unknown>>} */
    const bundlers = {
      esbuild: (out) => esbuild({ entryPoints: [path.join(folder, 'main.js')], bundle: true, minify: true, format: 'esm', outdir: out, logLevel: 'silent' }),
      vite: (out) => vite({ root: folder, configFile: false, logLevel: 'silent', base: './', build: { outDir: out, emptyOutDir: true } }),
      webpack: (out) => new Promise((resolve, reject) => {
        webpack({ mode: 'production', context: folder, entry: './main.js', output: { path: out } }, (error, stats) => {
          if (error || stats?.hasErrors()) reject(error ?? new Error(stats?.toString()))
          else resolve(undefined)
        })
      }),
    }
    for (const [name, bundle] of Object.entries(bundlers)) {
      it(`with ${name}: the browser's build, and it runs`, async (t) => {
        const out = path.join(folder, `out-${name}`)
        await bundle(out)
        const script = readdirSync(out, { recursive: true }).map(String).find((file) => file.endsWith('.js'))
        const text = readFileSync(path.join(out, script ?? ''), 'utf8')
        assert.doesNotMatch(text, /\.node\b|node:|process\.|\beval\(|new Function|WebAssembly/)
        const stage = await setStage(t, browser)
        stage.plugin.page('/bundled', text, { headers: STRICT })
        await stage.embed('bundled', { url: stage.plugin.url(`/bundled?desktop=${encodeURIComponent(stage.desktop.origin)}`) })
        await stage.state('bundled', 'ready')
        assert.equal(await stage.frame('bundled').evaluate('started'), 'Ben')
        assert.equal(await stage.frame('bundled').evaluate('names'), Array(5).fill('function').join())
      })
    }

    it('imports in Node with the native client, harmlessly', async (t) => {
      const program = `const { names, start } = await import('./plugin.js')
        await start().catch(() => {})
        const { SmartAgent, parentWindow, preloadPort } = await import('smartagent-plugin-sdk')
        for (const transport of [parentWindow(), preloadPort()]) await new SmartAgent({ transport }).init().catch(({ code }) => console.log(code))
        console.log(names)`
      const child = new Child(t, [process.execPath, '--input-type=module', '--eval', program], { cwd: folder, env: { SMARTAGENT_URL: 'ws://127.0.0.1:9/link' } })
      assert.equal(await child.ended, 0, child.stderr)
      assert.match(child.stdout, /^E_NOT_EMBEDDED\nE_NOT_EMBEDDED\nfunction,function,function,function,function$/m)
    })

    it('in React 19 under StrictMode: each event once, and nothing is left of 1,000 mounts', async (t) => {
      writeFileSync(path.join(folder, 'react.js'), `
        import { createElement as h, StrictMode, useEffect, useState } from 'react'
        import { createRoot } from 'react-dom/client'
        import { flushSync } from 'react-dom'
        import SmartAgent from 'smartagent-plugin-sdk'
        const sm = window.sm = new SmartAgent({ allowedOrigins: [new URLSearchParams(location.search).get('desktop')] })
        const counts = window.counts = { heard: [], on: 0, off: 0 }
        function Calls() {
          const [calls, setCalls] = useState([])
          useEffect(() => {
            counts.on++
            const off = sm.on('incoming_call', ({ contactId }) => {
              counts.heard.push(contactId)
              setCalls((calls) => [...calls, contactId])
            })
            return () => { counts.off++; off() }
          }, [])
          return h('ul', null, calls.map((call) => h('li', { key: call }, call)))
        }
        function App({ shown }) {
          useEffect(() => {
            sm.init().catch(() => {})
            return () => void sm.close()
          }, [])
          return shown ? h(Calls) : null
        }
        const root = createRoot(document.body.appendChild(document.createElement('div')))
        window.show = (shown) => flushSync(() => root.render(h(StrictMode, null, h(App, { shown }))))
        window.remount = async (times) => {
          for (let n = 0; n < times; n++) {
            show(false)
            show(true)
            if (n % 100 === 0) await new Promise((resolve) => setTimeout(resolve))
          }
        }
        show(true)`)
      const entry = path.join(folder, 'react.html')
      writeFileSync(entry, '<!doctype html><script type="module" src="./react.js"></script>')
      const out = path.join(folder, 'out-react')
      // The development build: StrictMode mounts twice only there.
      await vite({ root: folder, configFile: false, logLevel: 'silent', mode: 'development', define: { 'process.env.NODE_ENV': '"development"' },
        build: { outDir: out, minify: false, rollupOptions: { input: entry } } })
      const script = readdirSync(out, { recursive: true }).map(String).find((file) => file.endsWith('.js')) ?? ''
      const stage = await setStage(t, browser)
      stage.plugin.page('/react', readFileSync(path.join(out, script), 'utf8'))
      await stage.embed('react', { url: stage.plugin.url(`/react?desktop=${encodeURIComponent(stage.desktop.origin)}`) })
      await until(async () => await stage.frame('react').evaluate('window.sm?.state').catch(() => '') === 'ready', 20_000)
      const frame = stage.frame('react')
      assert.deepEqual(await frame.evaluate('[counts.on, counts.off]'), [2, 1], 'StrictMode mounted twice')
      await until(() => stage.connected('acme.react').length === 1)
      stage.host.emit('incoming_call', incoming('c-1'))
      await until(() => frame.evaluate('counts.heard.length'))
      assert.deepEqual(await frame.evaluate('[counts.heard, [...document.querySelectorAll("li")].map((item) => item.textContent)]'), [['c-1'], ['c-1']])
      await frame.evaluate('remount(1000)')
      stage.host.emit('incoming_call', incoming('c-2'))
      await until(() => frame.evaluate('counts.heard.length > 1'))
      assert.deepEqual(await frame.evaluate('counts.heard'), ['c-1', 'c-2'])
      assert.ok(/** @type {any} */ (await frame.evaluate('counts.on')) >= 2_000)
      // One is left: after it is removed there is nothing to remove.
      assert.deepEqual(await frame.evaluate('show(false), [counts.on === counts.off, sm.off("incoming_call")]'), [true, false])
    })
  })
})
