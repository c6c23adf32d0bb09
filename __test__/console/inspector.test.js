import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'

import { Child, ROOT } from '../child-process.js'
import { useBrowser } from '../browser/chromium.js'
import { openDesktop, startDesk } from './desktop.js'

const MAIN = path.join(ROOT, 'js', 'cli', 'main.js')
const MANY = 100_000
/** A display shows 60 frames a second: a frame's work has to fit between two of them. */
const FRAME_MS = 1000 / 60
const FRAMES = 240
const HEAP_MB = 250

describe("the page's inspector", { timeout: 150_000 }, () => {
  const browser = useBrowser({ args: ['--enable-precise-memory-info', '--js-flags=--expose-gc'] })

  it('lists frames, events, messages and answers; filters, searches, marks issues and shows what changed', async (t) => {
    const desktop = await openDesktop(t, browser, (await startDesk(t)).address, { permissions: ['clipboard-read', 'clipboard-write'] })
    const { page, inspector, frame } = desktop
    await desktop.seesPlugin()
    await desktop.incomingCall()
    await desktop.click('Accept')
    await desktop.click('Hold')
    await desktop.seesState('On hold')
    await frame.getByRole('button', { name: 'Send something wrong' }).click()
    await frame.getByText('sendWrong: E_BAD_REQUEST').waitFor()
    await desktop.show('Inspector')
    for (const kind of ['event', 'message', 'answer', 'frame', 'action']) await inspector.locator(`.row[data-kind=${kind}]`).first().waitFor({ state: 'attached' })
    const row = (/** @type {string} */ text) => inspector.getByRole('option').filter({ hasText: text })
    await inspector.getByText('Errors', { exact: true }).click()
    await row('E_BAD_REQUEST').click()
    const issues = inspector.getByRole('group', { name: 'Error' })
    await issues.getByRole('list', { name: 'Issues' }).getByText('header').waitFor()
    await issues.locator('.tree-node[data-marked=true]', { hasText: 'header' }).waitFor()
    await issues.locator('.tree-node[data-marked=true]', { hasText: 'missing' }).waitFor()
    await inspector.getByText('Denied', { exact: true }).click()
    await inspector.getByText('Nothing matches').waitFor()
    await inspector.getByText('All', { exact: true }).click()
    await inspector.getByRole('textbox', { name: 'Search rows' }).fill('on_hold')
    await row('on_hold').first().click()
    await inspector.getByRole('complementary').getByText('heldConnections').waitFor()
    await inspector.getByRole('textbox', { name: 'Search rows' }).fill('contact_updated')
    await row('contact_updated').last().click()
    await inspector.getByRole('tab', { name: 'Diff' }).click()
    await inspector.getByRole('list', { name: 'Changes' }).getByText('contact.state', { exact: false }).or(inspector.getByRole('list', { name: 'Changes' }).getByText('changed', { exact: false })).first().waitFor()
    await inspector.getByRole('textbox', { name: 'Search rows' }).fill('update_contact')
    await inspector.getByRole('listbox').focus()
    await page.keyboard.press('Home')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    await inspector.locator('.row[aria-selected=true][data-kind=message]').waitFor()
    await desktop.choose('Copy as', 'Test-kit code')
    assert.match(await page.evaluate('navigator.clipboard.readText()'), /^const message = await desk\.waitForMessage\('update_contact'\)\nassert\.deepEqual\(message\.payload, \{/)
    await page.getByRole('menuitem', { name: 'Scenario step' }).click()
    assert.match(await page.evaluate('navigator.clipboard.readText()'), /^- expect: \{message: update_contact, payload: \{"?plugin-/)
  })

  it('shows what a plugin was denied, and which scope would allow it', async (t) => {
    const modest = `import SmartAgent from 'smartagent-plugin-sdk'
      const sm = new SmartAgent({ plugin: { id: 'modest' }, want: { scopes: ['call:observe'] } })
      sm.on('incoming_call', () => sm.send('show_notification', { type: 'CLEAR_NOTIFICATION' }).catch(() => {}))
      await sm.init()`
    const { address } = await startDesk(t, ['--', process.execPath, '--input-type=module', '--eval', modest])
    const desktop = await openDesktop(t, browser, address)
    const { inspector } = desktop
    await desktop.show('Inspector')
    await inspector.getByText('Denied', { exact: true }).click()
    await inspector.getByRole('option').filter({ hasText: 'E_FORBIDDEN' }).first().click()
    const denial = inspector.getByRole('group', { name: 'Permission denied' })
    await denial.getByText('ui:notify', { exact: false }).first().waitFor()
    await denial.getByText('Add the scope to the plugin’s manifest', { exact: false }).waitFor()
  })

  it('exports a recording that smartagent replay plays', async (t) => {
    const desktop = await openDesktop(t, browser, (await startDesk(t)).address)
    await desktop.seesPlugin()
    await desktop.load('inbound-call', '100')
    await desktop.click('Play')
    await desktop.seesScenario('passed')
    await desktop.show('Inspector')
    const download = desktop.page.waitForEvent('download')
    await desktop.choose('Export', /data left out$/)
    const folder = mkdtempSync(path.join(tmpdir(), 'smartagent-recording-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const file = path.join(folder, 'call.ndjson')
    await (await download).saveAs(file)
    const replay = new Child(t, [process.execPath, MAIN, 'replay', file, '--port', '0', '--speed', '1000', '--json'])
    assert.equal(await replay.ended, 0, replay.stdout + replay.stderr)
    assert.match(replay.stdout, /"name":"call_ended"/)
  })

  it(`scrolls ${MANY} rows at the display's rate, searches them at once, and drops the oldest beyond its cap`, async (t) => {
    const { address } = await startDesk(t)
    const page = await browser.open(t, { viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(60_000)
    await flood(page)
    await page.goto(address)
    await page.getByRole('radiogroup', { name: 'View' }).getByText('Inspector').click()
    const count = page.locator('.inspector-count')
    await count.filter({ hasText: `${MANY.toLocaleString('en')} of ${MANY.toLocaleString('en')} rows` }).waitFor({ timeout: 60_000 })
    await count.getByText(/dropped/).waitFor()
    // In the processor's time of the page's own thread: what else the machine does is not in it.
    const devtools = await page.context().newCDPSession(page)
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' })
    const busy = async () => (await devtools.send('Performance.getMetrics')).metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN
    const before = await busy()
    const { median, slow, mostNodes, fewestNodes } = await page.evaluate(scroll)
    const work = (await busy() - before) * 1000 / FRAMES
    const heap = Number(await page.evaluate('gc(), performance.memory.usedJSHeapSize / 1e6'))
    t.diagnostic(`${work.toFixed(1)} ms of work a frame; median frame ${median.toFixed(1)} ms, ${slow} of ${FRAMES} above 34 ms; ${mostNodes} rows in the document, ${heap.toFixed(0)} MB of heap`)
    assert.ok(work < FRAME_MS, `${work} ms of work a frame`)
    assert.ok(mostNodes < 100 && fewestNodes > 15, `${fewestNodes} to ${mostNodes} rows in the document`)
    assert.ok(heap < HEAP_MB, `${heap} MB`)
    const began = Date.now()
    await page.getByRole('textbox', { name: 'Search rows' }).fill('needle-77777')
    await count.filter({ hasText: /^1 of/ }).waitFor()
    assert.ok(Date.now() - began < 3_000)
  })
})

/**
 * Puts rows into the link's messages, as a desk would send them.
 * @param {import('playwright-core').Page} page
 */
async function flood(page) {
  await page.routeWebSocket(/\/console$/, (socket) => {
    const desk = socket.connectToServer()
    let flooded = false
    desk.onMessage((text) => {
      const message = JSON.parse(String(text))
      if (message.type !== 'rows') return socket.send(text)
      if (flooded) return
      flooded = true
      let id = 1
      for (let batch = 0; batch < (MANY + 5_000) / 1_000; batch += 1) {
        const rows = Array.from({ length: 1_000 }, () => rowOf(id++))
        socket.send(JSON.stringify({ type: 'rows', rows, oldest: 1 }))
      }
    })
  })
}

/** @param {number} id */
function rowOf(id) {
  const kind = /** @type {const} */ (['event', 'message', 'answer', 'frame'])[id % 4]
  return {
    id, at: 1_790_000_000_000 + id, kind, direction: id % 2 === 0 ? 'in' : 'out', name: `${kind}_name`, plugin: 'sample-plugin', session: 's', link: 1, seq: id, size: 100 + id % 900,
    latencyMs: kind === 'answer' ? id % 40 : null, correlation: null, contactId: null, payload: { text: `needle-${id}`, contact: { attributes: { filler: 'x'.repeat(120) } } },
  }
}

/** Runs in the page: scrolls from top to bottom, first slowly, then fast. */
async function scroll() {
  const list = /** @type {HTMLElement} */ (document.querySelector('.rows-scroll'))
  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  list.scrollTop = 0
  await new Promise((resolve) => setTimeout(resolve, 500))
  const frames = []
  const nodes = []
  let last = await nextFrame()
  for (let frame = 0; frame < 240; frame += 1) {
    list.scrollTop += frame < 120 ? 180 : 9_000
    const now = await nextFrame()
    frames.push(now - last)
    last = now
    nodes.push(document.querySelectorAll('.row').length)
  }
  frames.sort((a, b) => a - b)
  return {
    median: frames[120] ?? 0, slow: frames.filter((ms) => ms > 34).length,
    mostNodes: Math.max(...nodes), fewestNodes: Math.min(...nodes),
  }
}
