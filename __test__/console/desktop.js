// A running `smartagent dev` and its page in a real browser, used as an agent would.
import path from 'node:path'

import { Child, ROOT } from '../child-process.js'

const MAIN = path.join(ROOT, 'js', 'cli', 'main.js')

/** @typedef {import('../browser/chromium.js').BrowserPage} BrowserPage */

/**
 * Starts the desk.
 * @param {import('node:test').TestContext} t
 * @param {string[]} [flags]
 */
export async function startDesk(t, flags = []) {
  const child = new Child(t, [process.execPath, MAIN, 'dev', ...(flags.includes('--port') ? [] : ['--port', '0']), ...flags])
  const [address] = await child.see(/http:\/\/127\.0\.0\.1:\d+\/#token=\S+/)
  return { child, address: String(address), port: Number(new URL(String(address)).port) }
}

/**
 * Opens the page and waits until there is a desktop on it.
 * @param {import('node:test').TestContext} t
 * @param {{ open: (t: import('node:test').TestContext, options?: import('playwright-core').BrowserContextOptions) => Promise<BrowserPage> }} browser
 * @param {string} address
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function openDesktop(t, browser, address, options = {}) {
  const page = await browser.open(t, { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce', ...options })
  page.setDefaultTimeout(15_000)
  await page.goto(address)
  await page.getByRole('region', { name: 'Phone', exact: true }).waitFor()
  return new Desktop(page)
}

/** The page, in an agent's words. */
export class Desktop {
  /** @param {BrowserPage} page */
  constructor(page) {
    this.page = page
    this.phone = page.getByRole('region', { name: 'Phone', exact: true })
    this.contact = page.getByRole('region', { name: 'Contact', exact: true })
    this.plugin = page.getByRole('region', { name: /^Plugin / })
    this.inspector = page.getByRole('region', { name: 'Inspector' })
    this.frame = page.frameLocator('iframe')
  }

  /** @param {string} name of a button anywhere on the page */
  async click(name) {
    await this.page.getByRole('button', { name, exact: true }).click()
  }

  /** @param {string} button @param {string | RegExp} item */
  async choose(button, item) {
    await this.page.getByRole('button', { name: button, exact: true }).click()
    await this.page.getByRole('menuitem', typeof item === 'string' ? { name: item, exact: true } : { name: item }).click()
  }

  /** Calls somebody in, or hands over, from the open list. @param {string} name of a quick connect */
  async pickParty(name) {
    await this.page.getByRole('list', { name: 'Quick connects' }).getByRole('button', { name: new RegExp(`^${name}`) }).click()
  }

  /** A customer calls, by the page's own simulation. */
  async incomingCall() {
    await this.choose('New call', 'A customer calls')
    await this.phone.getByRole('button', { name: 'Accept' }).waitFor()
  }

  /** Where the call stands, as the phone says. @param {string} state */
  async seesState(state) {
    await this.phone.locator('.call-state', { hasText: state }).waitFor()
  }

  /** The parties with what they do. */
  async parties() {
    return this.phone.getByRole('list', { name: 'Participants' }).getByRole('listitem').allInnerTexts()
      .then((texts) => texts.map((text) => text.replace(/\s+/g, ' ').trim()))
  }

  /** @param {string} name @param {string} state what the party does */
  async seesParty(name, state) {
    await this.phone.getByRole('list', { name: 'Participants' }).getByRole('listitem').filter({ hasText: name }).getByText(state).waitFor()
  }

  /** Waits until the plugin's page is linked. */
  async seesPlugin() {
    await this.plugin.getByText('connected', { exact: true }).waitFor()
  }

  /** @param {'Desktop' | 'Split' | 'Inspector'} view */
  async show(view) {
    await this.page.getByRole('radiogroup', { name: 'View' }).getByText(view, { exact: true }).click()
  }

  /** Loads a scenario. @param {string} name @param {string} [speed] */
  async load(name, speed) {
    if (speed !== undefined) await this.pick('Speed', `${speed}×`)
    await this.pick('Scenario', name)
  }

  /** @param {string} field @param {string} option */
  async pick(field, option) {
    await this.page.getByRole('combobox', { name: field, exact: true }).click()
    await this.page.getByRole('option', { name: option, exact: true }).click()
  }

  /** How the player says that the scenario stands. @param {string} state */
  async seesScenario(state) {
    await this.page.locator('.player-mark', { hasText: state }).waitFor({ timeout: 60_000 })
  }

  /** What the page complained of. */
  async troubles() {
    const texts = await this.page.getByRole('alert').allInnerTexts()
    return texts.filter((text) => text.trim() !== '')
  }
}
