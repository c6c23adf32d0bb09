import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { describe, it } from 'node:test'

import { ROOT } from '../child-process.js'
import { useBrowser } from '../browser/chromium.js'
import { openDesktop, startDesk } from './desktop.js'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Pictures are kept for the docs only when somebody asks for new ones: they differ with the machine's fonts. */
const PICTURES = path.join(ROOT, ...(process.env.UPDATE_IMAGES === '1' ? ['docs', 'images'] : ['.cache', 'images']))
const MOST_BYTES = 200 * 1024
const SMALLEST = { width: 1024, height: 700 }

describe("the page's views", { timeout: 150_000 }, () => {
  const browser = useBrowser()

  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    it(`break no rule of accessibility in ${colorScheme} colours, and fit into ${SMALLEST.width}×${SMALLEST.height}`, async (t) => {
      // Only the checker itself needs to get around the page's policy.
      const desktop = await openDesktop(t, browser, (await startDesk(t)).address, { colorScheme, bypassCSP: true, viewport: SMALLEST })
      const { page } = desktop
      await page.evaluate(AXE)
      const check = async (/** @type {string} */ view) => {
        const found = await page.evaluate(audit)
        assert.deepEqual(found, [], `${view} in ${colorScheme}`)
        const overflow = await page.evaluate('[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]')
        assert.deepEqual(overflow, [0, 0], `${view} is as large as its window`)
      }
      await desktop.seesPlugin()
      await check('no call')
      await desktop.click('New call')
      await check('menu of calls')
      await page.keyboard.press('Escape')
      await desktop.incomingCall()
      await check('ringing')
      await desktop.click('Accept')
      await desktop.frame.getByText('Talking to').waitFor()
      await check('talking')
      for (const button of ['Transfer', 'Add', 'Keypad', 'Faults', 'Connect a plugin from a terminal', '0 notifications']) {
        await desktop.click(button)
        await check(button)
        await page.keyboard.press('Escape')
      }
      for (const button of [/^Status:/, /^Steps:/]) {
        await page.getByRole('button', { name: button }).click()
        await check(String(button))
        await page.keyboard.press('Escape')
      }
      await page.getByRole('combobox', { name: 'Scenario' }).click()
      await check('choice of scenarios')
      await page.keyboard.press('Escape')
      await desktop.frame.getByRole('button', { name: 'Pop up an error' }).click()
      await page.getByLabel('Error', { exact: true }).waitFor()
      await check('popup')
      await desktop.show('Split')
      await desktop.frame.getByRole('button', { name: 'Send something wrong' }).click()
      await desktop.inspector.locator('.row[data-error=true]').last().click()
      await check('an error in the inspector')
      await desktop.show('Inspector')
      await page.getByRole('tab', { name: 'Diff' }).click()
      await check('inspector')
      await desktop.click('All kinds')
      await check('choice of kinds')
      await page.keyboard.press('Escape')
      await page.getByRole('textbox', { name: 'Search rows' }).fill('nothing has this')
      await check('nothing found')
      await desktop.show('Desktop')
      await desktop.click('Hang up')
      await desktop.seesState('After call work')
      await check('after call work')
      await page.evaluate('sessionStorage.clear()')
      await page.reload()
      await page.getByRole('heading', { name: 'This page needs its token' }).waitFor()
      await page.evaluate(AXE)
      await check('without a token')
    })
  }

  it('do not move when a call arrives, is answered and ends', async (t) => {
    const desktop = await openDesktop(t, browser, (await startDesk(t)).address, { viewport: SMALLEST })
    await desktop.seesPlugin()
    await desktop.pick('Speed', '5×')
    // What moves within half a second of a click is not counted, so the call has to come by itself.
    await desktop.page.evaluate(watchShifts)
    await desktop.click('Play')
    await desktop.page.mouse.move(0, 0)
    await desktop.seesScenario('passed')
    assert.ok(await desktop.page.evaluate('window.sawCall'), 'a call was there')
    assert.deepEqual(await desktop.page.evaluate('window.shifts'), [])
  })

  it('are driven by the keyboard alone', async (t) => {
    const desktop = await openDesktop(t, browser, (await startDesk(t)).address)
    const { page } = desktop
    await desktop.seesPlugin()
    const focusOn = async (/** @type {string} */ name) => {
      for (let press = 0; press < 80; press += 1) {
        await page.keyboard.press('Tab')
        if (await page.evaluate((wanted) => document.activeElement?.textContent?.trim() === wanted || document.activeElement?.getAttribute('aria-label') === wanted, name)) return
      }
      assert.fail(`Tab does not reach "${name}"`)
    }
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the phone')
    await page.keyboard.press('Enter')
    await focusOn('New call')
    await page.keyboard.press('Enter')
    await page.waitForFunction('document.activeElement?.textContent === "A customer calls"')
    await page.keyboard.press('Enter')
    await desktop.seesState('Ringing')
    await focusOn('Accept')
    await page.keyboard.press('Enter')
    await desktop.seesState('Connected')
    await focusOn('Hold')
    await page.keyboard.press('Space')
    await desktop.seesState('On hold')
    await focusOn('Hang up')
    await page.keyboard.press('Enter')
    await focusOn('Close contact')
    await page.keyboard.press('Enter')
    await desktop.phone.getByText('No contacts').waitFor()
  })

  it('are pictured', async (t) => {
    mkdirSync(PICTURES, { recursive: true })
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      const desktop = await openDesktop(t, browser, (await startDesk(t)).address, { colorScheme })
      const picture = async (/** @type {string} */ name) => {
        const file = path.join(PICTURES, `${name}-${colorScheme}.png`)
        await desktop.page.mouse.move(0, 0)
        await desktop.page.screenshot({ path: file })
        assert.ok(statSync(file).size < MOST_BYTES, `${name}: ${statSync(file).size} bytes`)
      }
      await desktop.seesPlugin()
      await desktop.incomingCall()
      await picture('ringing')
      await desktop.click('Accept')
      await desktop.contact.getByText('answered').waitFor()
      await desktop.click('Add')
      await desktop.pickParty('Billing')
      await desktop.click('Party answers')
      await desktop.seesParty('Billing', 'talking')
      await picture('desktop')
      await desktop.show('Split')
      await desktop.frame.getByRole('button', { name: 'Send something wrong' }).click()
      await desktop.inspector.locator('.row[data-error=true]').last().click()
      await desktop.show('Inspector')
      await picture('inspector')
    }
  })
})

/** Runs in the page: what axe finds, in a line each. */
async function audit() {
  const { axe } = /** @type {any} */ (window)
  const { violations } = await axe.run(document, { resultTypes: ['violations'], iframes: false })
  return violations.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes.map((/** @type {any} */ node) => `${node.html.slice(0, 120)} ${node.failureSummary.slice(0, 200)}`).join(' | ')}`)
}

/** Runs in the page: notes every layout shift that no input explains. */
function watchShifts() {
  const page = /** @type {any} */ (window)
  page.shifts = []
  new PerformanceObserver((list) => {
    for (const entry of /** @type {any[]} */ (list.getEntries())) {
      // One without a source is of an element that is gone.
      if (!entry.hadRecentInput && entry.sources.length > 0) page.shifts.push(entry.sources.map((/** @type {any} */ { node, previousRect: from, currentRect: to }) =>
        `${(node?.outerHTML ?? node?.parentElement?.outerHTML)?.slice(0, 120)} ${[from.x, from.y, from.width, from.height]} → ${[to.x, to.y, to.width, to.height]}`))
    }
  }).observe({ type: 'layout-shift' })
  new MutationObserver(() => { page.sawCall ||= document.querySelector('.call-state')?.textContent === 'Connected' }).observe(document.body, { subtree: true, childList: true, characterData: true })
}
