import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { useBrowser } from '../browser/chromium.js'
import { openDesktop, startDesk } from './desktop.js'

describe("the page's link to its desk", { timeout: 90_000 }, () => {
  const browser = useBrowser()

  it('takes the token out of the address, keeps it for this tab, and needs it', async (t) => {
    const { address } = await startDesk(t)
    const { page } = await openDesktop(t, browser, address)
    assert.equal(await page.evaluate('location.href'), `${new URL(address).origin}/`)
    assert.equal(await page.evaluate('history.length'), 2)
    const token = new URL(address).hash.slice('#token='.length)
    assert.equal(await page.evaluate('Object.values(sessionStorage).length'), 1)
    assert.equal(await page.evaluate((secret) => document.documentElement.outerHTML.includes(secret), token), false)
    await page.reload()
    await page.getByRole('region', { name: 'Phone', exact: true }).waitFor()
    const other = await browser.open(t)
    await other.goto(new URL(address).origin)
    await other.getByRole('heading', { name: 'This page needs its token' }).waitFor()
    await other.goto(`${new URL(address).origin}/#token=wrong`)
    await other.reload()
    await other.getByRole('heading', { name: 'The desk refused this page' }).waitFor()
  })

  it('says that the desk is gone, keeps what it showed, and says when another run has come', async (t) => {
    const { child, address, port } = await startDesk(t)
    const desktop = await openDesktop(t, browser, address)
    await desktop.incomingCall()
    child.process.kill('SIGTERM')
    await child.ended
    const alert = desktop.page.getByRole('alert').filter({ hasText: 'The link to the desk is lost' })
    await alert.waitFor()
    await desktop.phone.getByText('Robin Caller').first().waitFor()
    const next = await startDesk(t, ['--port', String(port)])
    // Its token is another one: the page that is open is told, and the printed address works.
    await desktop.page.getByRole('heading', { name: 'The desk refused this page' }).waitFor()
    await openDesktop(t, browser, next.address)
  })

  it('asks no other host for anything, and its policy stops nothing of it', async (t) => {
    const { address } = await startDesk(t)
    const page = await browser.open(t)
    /** @type {string[]} */
    const asked = []
    page.on('request', (request) => asked.push(new URL(request.url()).hostname))
    await page.goto(address)
    await page.getByText('connected', { exact: true }).waitFor()
    assert.deepEqual([...new Set(asked)], ['127.0.0.1'])
    assert.deepEqual(page.lines.filter(({ text }) => /Content Security Policy|Refused to/.test(text)), [])
  })
})
