import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { ensureChromium, findChromium } from '../../scripts/chromium.mjs'
import { SetupError } from '../../scripts/steps.mjs'
import { openSites, useBrowser } from './chromium.js'

describe('the browser of the tests', { timeout: 60_000 }, () => {
  const browser = useBrowser()

  it('shows pages of different sites, whose frames are processes of their own', async (t) => {
    const { desktop, plugin } = await openSites(t, { desktop: 'desktop.test', plugin: 'plugin.test' })
    plugin.page('/plugin', 'parent.postMessage({ origin, secure: isSecureContext }, "*")')
    desktop.page('/desk', `
      addEventListener('message', ({ data, origin }) => { window.seen = { data, origin } })
      const frame = document.createElement('iframe')
      frame.src = '${plugin.url('/plugin')}'
      document.body.append(frame)`)
    const page = await browser.open(t)
    await page.goto(desktop.url('/desk'))
    await page.waitForFunction('window.seen')
    assert.deepEqual(await page.evaluate('seen'), { data: { origin: plugin.origin, secure: false }, origin: plugin.origin })
    assert.equal(await page.evaluate('crossOriginIsolated || isSecureContext'), false)
    assert.deepEqual(page.lines, [])
  })

  it('is found once and again without installing anything', async () => {
    assert.equal(await ensureChromium(), findChromium())
  })

  it('is named in one sentence with what to do when CHROME_PATH is wrong', (t) => {
    const before = process.env.CHROME_PATH
    t.after(() => { if (before === undefined) delete process.env.CHROME_PATH; else process.env.CHROME_PATH = before })
    process.env.CHROME_PATH = 'nowhere/chrome'
    assert.throws(findChromium, (error) => error instanceof SetupError && /^CHROME_PATH names no program: set it to /.test(error.message))
  })
})
