import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, it } from 'node:test'

import { useBrowser } from '../browser/chromium.js'
import { openDesktop, startDesk } from './desktop.js'

const NAMES = readdirSync(new URL('../../scenarios/', import.meta.url)).map((file) => file.replace(/\.yaml$/, '')).sort()

describe("scenarios through the page's player", { timeout: 170_000 }, () => {
  const browser = useBrowser()

  it('plays each bundled scenario to its end, with every expectation met', async (t) => {
    assert.equal(NAMES.length, 11)
    const desktop = await openDesktop(t, browser, (await startDesk(t)).address)
    await desktop.seesPlugin()
    await desktop.pick('Speed', '100×')
    for (const name of NAMES) {
      await desktop.load(name)
      await desktop.seesScenario('ready')
      await desktop.click('Play')
      await desktop.seesScenario('passed')
      const progress = await desktop.page.getByRole('button', { name: /^Steps:/ }).innerText()
      const [, done, all] = /(\d+)\/(\d+)/.exec(progress) ?? []
      assert.ok(done === all && Number(all) > 2, `${name}: ${progress}`)
      // The plugin saw it too: every scenario begins with a contact.
      await desktop.frame.locator('#log b', { hasText: /incoming_call|outgoing_call/ }).first().waitFor({ state: 'attached' })
      await desktop.seesPlugin()
    }
    assert.deepEqual(await desktop.troubles(), [])
  })

  it('pauses, steps, changes speed, lists the steps, and hands the desktop back', async (t) => {
    const desktop = await openDesktop(t, browser, (await startDesk(t)).address)
    const { page, phone } = desktop
    await desktop.load('hold-and-resume', '1')
    await desktop.click('Step')
    await desktop.seesState('Ringing')
    await desktop.seesScenario('paused')
    await desktop.click('Step')
    await desktop.seesState('Connected')
    const clock = phone.getByRole('timer')
    const before = await clock.innerText()
    await page.waitForTimeout(1_200)
    assert.equal(await clock.innerText(), before, 'the clock stands still while the scenario is paused')
    await page.getByRole('button', { name: /^Steps:/ }).click()
    await page.getByRole('list', { name: 'Steps' }).locator('[aria-current=step]', { hasText: 'answer' }).waitFor()
    await page.keyboard.press('Escape')
    await desktop.pick('Speed', '20×')
    await desktop.click('Play')
    await desktop.seesScenario('playing')
    await desktop.click('Pause')
    await desktop.seesScenario('paused')
    await desktop.click('Stop')
    await page.getByText('No scenario: you drive the desktop yourself.').waitFor()
    await desktop.click('Hang up')
    await desktop.click('Close contact')
    await phone.getByText('No contacts').waitFor()
  })

  it('breaks links, kills the host, answers late and refuses, and says what is on', async (t) => {
    const desktop = await openDesktop(t, browser, (await startDesk(t)).address)
    const { page, frame } = desktop
    await desktop.seesPlugin()
    await desktop.incomingCall()
    await desktop.click('Accept')
    await desktop.choose('Faults', 'Refuse the next message')
    await page.getByText('Refusing the next message').waitFor()
    await frame.getByRole('button', { name: 'Pop up a success' }).click()
    await frame.getByText('popupSuccess: E_UNAVAILABLE').waitFor()
    await desktop.choose('Faults', /^Answer 3 s late/)
    await desktop.show('Split')
    await frame.getByRole('button', { name: 'Which company?' }).click()
    await page.getByRole('group', { name: 'Pending calls' }).getByText('get_company_id').waitFor()
    await page.getByRole('group', { name: 'Pending calls' }).getByText('every call is answered').waitFor()
    await page.getByRole('button', { name: /· end$/ }).click()
    await desktop.show('Desktop')
    await desktop.choose('Faults', /^Kill the host/)
    await page.getByText(/^Host down/).waitFor()
    await frame.getByText('resync').first().waitFor({ state: 'attached' })
    await desktop.seesPlugin()
    await desktop.choose('Faults', /^Drop the link/)
    await page.getByText(/^Link dropped/).waitFor()
    await page.getByRole('button', { name: /· end$/ }).click()
    await desktop.seesPlugin()
    await desktop.choose('Faults', /^Delay the link/)
    await page.getByText(/^Delayed by 1000 ms/).waitFor()
    await page.getByRole('button', { name: /· end$/ }).click()
    await desktop.seesState('Connected')
  })
})
