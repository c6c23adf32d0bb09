import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'

import { build } from 'esbuild'

import { useBrowser } from '../browser/chromium.js'
import { setStage } from '../browser/stage.js'
import { Child, ROOT } from '../child-process.js'
import { incoming, until } from '../desk.js'

const example = (/** @type {string} */ file) => path.join(ROOT, 'examples', file)

describe('the examples', { timeout: 60_000 }, () => {
  const browser = useBrowser()

  it('are all run: here, and that of Electron in __test__/electron/example.test.js', () => {
    const folders = readdirSync(path.join(ROOT, 'examples'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
    assert.deepEqual(folders.map(({ name }) => name).toSorted(), ['host-node', 'host-page', 'plugin-electron', 'plugin-node', 'plugin-page', 'plugin-test'])
  })

  it('host-node serves plugin-node, which stays until it is ended', async (t) => {
    const host = new Child(t, [process.execPath, example('host-node/host.js')])
    const [, url, token] = /** @type {[string, string, string]} */ (/** @type {unknown} */ (await host.see(/SMARTAGENT_URL=(\S+) SMARTAGENT_TOKEN=(\S+)/)))
    const plugin = new Child(t, [process.execPath, example('plugin-node/plugin.js')], { env: { SMARTAGENT_URL: url, SMARTAGENT_TOKEN: token } })
    await plugin.see(/^ready for /m)
    await host.see(/example\.plugin-node opened/)
    host.process.kill('SIGTERM')
    assert.equal(await host.ended, 0, host.stderr)
  })

  it('plugin-node handles its one call and ends', async (t) => {
    const main = path.join(ROOT, 'js', 'cli', 'main.js')
    const desk = new Child(t, [process.execPath, main, 'dev', '--port', '0', '--speed', '5', '--', process.execPath, example('plugin-node/plugin.js')])
    await desk.see(/attributes now: note, sa-name, tier/)
    await desk.see(/plugin_ended.*exit code 0/)
    desk.process.kill('SIGINT')
    assert.equal(await desk.ended, 0, desk.stderr)
  })

  it('plugin-page greets its agent in an iframe and lists the calls', async (t) => {
    const { outputFiles: [script] } = await build({ entryPoints: [example('plugin-page/plugin.js')], bundle: true, format: 'esm', write: false })
    const stage = await setStage(t, browser)
    stage.plugin.set('/plugin.js', { body: script.text })
    stage.plugin.set('/page', { body: readFileSync(example('plugin-page/index.html')) })
    await stage.embed('page', { url: stage.plugin.url(`/page?desktop=${encodeURIComponent(stage.desktop.origin)}`) })
    await until(async () => await stage.frame('page').evaluate('document.querySelector("#agent").textContent').catch(() => '') === 'Hello Ben')
    stage.host.emit('incoming_call', incoming('c-1'))
    await until(async () => await stage.frame('page').evaluate('document.querySelector("#calls").textContent') === '+442071838750 is calling')
  })

  it('host-page shows its plugin in an iframe, which hears of a call and notes it', async (t) => {
    const host = new Child(t, [process.execPath, example('host-page/host.js')])
    const [, address] = /** @type {[string, string]} */ (/** @type {unknown} */ (await host.see(/^open (\S+)$/m)))
    const page = await browser.open(t)
    await page.goto(address)
    await page.getByText('ready: the plugin is linked to the host').waitFor()
    await page.getByRole('button', { name: 'Ring' }).click()
    await page.frameLocator('#plugin').getByText('Ada Lovelace is calling').waitFor()
    await host.see(/^example\.host-page wrote recognised-by$/m)
    assert.deepEqual(page.lines.filter(({ kind }) => kind === 'error' || kind === 'uncaught'), [])
    host.process.kill('SIGTERM')
    assert.equal(await host.ended, 0, host.stderr)
  })

  it('plugin-test passes its own tests', async (t) => {
    const run = new Child(t, [process.execPath, '--test', '--test-reporter=tap', example('plugin-test/plugin.test.js')])
    assert.equal(await run.ended, 0, run.stdout + run.stderr)
    assert.match(run.stdout, /^# pass 3$/m)
  })
})
