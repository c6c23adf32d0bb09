// A hostile page in the same browser as the desk's page, on another origin.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { openSites, useBrowser } from '../browser/chromium.js'
import { Page, startDesk } from './dev-desk.js'

const browser = useBrowser()

describe('a hostile page beside the dev desktop', () => {
  it('cannot read it, connect to it, frame it, or make it do anything', async (t) => {
    const desk = await startDesk(t)
    const { evil } = await openSites(t, { evil: 'evil.test' })
    evil.page('/', '')
    const context = await browser.open(t)
    await context.goto(`${desk.origin}/#token=${desk.token}`)
    const own = new Page(t, desk)
    await own.see(({ state }) => state?.plugins.some(({ connected }) => connected))
    assert.ok(!context.url().includes(desk.token), 'the page strips its token')
    const tab = await context.context().newPage()
    await tab.goto(evil.url('/'))
    const found = await tab.evaluate(async ({ origin }) => {
      const hosts = [origin, origin.replace('127.0.0.1', 'localhost'), origin.replace('127.0.0.1', '0.0.0.0')]
      /** @type {string[]} */
      const broken = []
      for (const host of hosts) {
        for (const path of ['/', '/healthz', '/console', '/link']) {
          await fetch(host + path).then(() => broken.push(`read ${host}${path}`), () => {})
          await fetch(host + path, { method: 'POST', mode: 'no-cors', body: '{"type":"command","id":1,"command":"act","with":{"name":"incoming"}}' }).catch(() => {})
        }
        for (const [path, protocol] of /** @type {[string, string][]} */ ([['/console', 'smartagent.console.v1'], ['/link', 'smartagent.link.v1']])) {
          await new Promise((resolve) => {
            const socket = new WebSocket(host.replace('http', 'ws') + path, protocol)
            socket.onopen = () => { broken.push(`opened ${host}${path}`); socket.close() }
            socket.onclose = resolve
          })
        }
        const frame = document.createElement('iframe')
        const loaded = new Promise((resolve) => { frame.onload = resolve; setTimeout(resolve, 1_000) })
        frame.src = host
        document.body.append(frame)
        await loaded
        try {
          if (frame.contentDocument?.querySelector('#root')) broken.push(`framed ${host}`)
        } catch {
          // Of another origin, as an error page is too: frames cannot be told apart from here.
        }
      }
      const opened = window.open(`${origin}/`)
      await new Promise((resolve) => void setTimeout(resolve, 500))
      try {
        if (opened?.document.body) broken.push('read an opened window')
      } catch {
        // That is what should happen.
      }
      opened?.postMessage({ type: 'command', id: 1, command: 'act', with: { name: 'incoming' } }, '*')
      return broken
    }, { origin: desk.origin })
    assert.deepEqual(found, [])
    const { result } = await own.ask('snapshot')
    assert.deepEqual(result.state.contacts, [], 'nothing was done to the desk')
    assert.equal(result.state.plugins.filter((/** @type {any} */ { connected }) => connected).length, 1, 'nobody else is connected')
  })
})
