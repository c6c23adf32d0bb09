import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { describe, it } from 'node:test'

import { useBrowser } from '../browser/chromium.js'
import { openDesktop, startDesk } from './desktop.js'

const PLACES = /** @type {const} */ ([
  ['contact-log', 'Contact log'], ['nav', 'Behind its navigation entry'], ['always', 'Always there'], ['default', 'Side panel'], ['DPA', 'A place of the desktop'],
])
const PAGE = '<!doctype html><title>mute</title><p>A page without the SDK.</p>'

/**
 * A plugin's server.
 * @param {import('node:test').TestContext} t
 * @param {import('node:http').RequestListener} answer
 */
async function serve(t, answer) {
  const server = createServer(answer)
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)) })
  t.after(() => { server.closeAllConnections(); server.close() })
  return `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/`
}

/** @returns {Promise<number>} where nobody listens */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
      server.close(() => resolve(port))
    })
  })
}

describe("the plugin on the desktop's page", { timeout: 120_000 }, () => {
  const browser = useBrowser()

  it('is of another origin, and after a reload in the middle of a call shows the live state again', async (t) => {
    const { address, port } = await startDesk(t)
    const desktop = await openDesktop(t, browser, address)
    await desktop.seesPlugin()
    const source = new URL(String(await desktop.page.locator('iframe').getAttribute('src')))
    assert.notEqual(source.port, String(port))
    assert.match(String(await desktop.page.locator('iframe').getAttribute('sandbox')), /allow-scripts/)
    await desktop.incomingCall()
    await desktop.click('Accept')
    await desktop.frame.getByText('Talking to Robin Caller.').waitFor()
    await desktop.click('Reload the plugin')
    await desktop.frame.getByText('ready', { exact: true }).first().waitFor()
    await desktop.seesPlugin()
    await desktop.frame.getByRole('button', { name: 'This contact' }).click()
    await desktop.frame.getByText('getContact', { exact: true }).waitFor()
    await desktop.click('Hold')
    await desktop.frame.getByText('On hold.').waitFor()
    await desktop.seesState('On hold')
  })

  it('is explained when its server is down, and appears as soon as it is there', async (t) => {
    const port = await freePort()
    const desktop = await openDesktop(t, browser, (await startDesk(t, ['--plugin', `http://127.0.0.1:${port}/`])).address)
    await desktop.plugin.getByRole('alert').getByText(`http://127.0.0.1:${port}/`).first().waitFor()
    await desktop.plugin.getByText('not shown').waitFor()
    const again = createServer((request, response) => void response.setHeader('content-type', 'text/html').end(PAGE)).listen(port, '127.0.0.1')
    t.after(() => { again.closeAllConnections(); again.close() })
    await desktop.plugin.getByText('not shown').waitFor({ state: 'detached' })
  })

  it('is explained when it refuses to be framed', async (t) => {
    const url = await serve(t, (request, response) => void response.writeHead(200, { 'content-type': 'text/html', 'x-frame-options': 'DENY' }).end(PAGE))
    const desktop = await openDesktop(t, browser, (await startDesk(t, ['--plugin', url])).address)
    const alert = desktop.plugin.getByRole('alert')
    await alert.getByText(/X-Frame-Options/).first().waitFor()
    assert.match(await alert.innerText(), /Try again/)
  })

  it('is explained when it answers slowly or never calls init, with the command that looks closer', async (t) => {
    const url = await serve(t, (request, response) => void response.setHeader('content-type', 'text/html').end(PAGE))
    const desktop = await openDesktop(t, browser, (await startDesk(t, ['--plugin', url])).address)
    await desktop.plugin.getByText('The plugin has not connected yet').waitFor({ timeout: 20_000 })
    await desktop.plugin.getByText(/smartagent doctor/).waitFor()
  })

  it('has its own place, whatever type it is', async (t) => {
    await Promise.all(PLACES.map(async ([type, place]) => {
      const desktop = await openDesktop(t, browser, (await startDesk(t, ['--type', type])).address)
      await desktop.seesPlugin()
      await desktop.plugin.getByText(type, { exact: true }).waitFor()
      await desktop.plugin.getByText(place).waitFor()
      const heading = desktop.frame.getByRole('heading', { name: 'Sample plugin' })
      if (type === 'contact-log') {
        await desktop.plugin.getByText('Hidden, and running').waitFor()
        await desktop.incomingCall()
      }
      await heading.waitFor()
      if (type !== 'nav') return
      await desktop.page.getByRole('navigation').getByRole('button', { name: 'Contact' }).click()
      await desktop.contact.waitFor()
      await desktop.plugin.waitFor({ state: 'hidden' })
    }))
  })
})
