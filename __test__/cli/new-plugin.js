// Plugins that `smartagent new` wrote, with the package as it would be published in their node_modules.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { after, before, it } from 'node:test'

import { useBrowser } from '../browser/chromium.js'
import { Child, ROOT } from '../child-process.js'
import { Page } from './dev-desk.js'

export const MAIN = path.join(ROOT, 'js', 'cli', 'main.js')
/** Inside the clone: what the templates need of others is found in its node_modules, at the versions they ask for. */
export const folder = mkdtempSync(path.join(ROOT, 'target', 'new-'))

/** Unpacks what would be published, for the tests of one file. */
export function usePackage() {
  before(pack)
  after(() => rmSync(folder, { recursive: true, force: true }))
}

function pack() {
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT, encoding: 'utf8', shell: process.platform === 'win32' }))
  execFileSync('tar', ['-xzf', filename], { cwd: folder })
}

/** @param {import('node:test').TestContext} t @param {string} name @param {string[]} flags */
export async function generate(t, name, flags) {
  const child = new Child(t, [process.execPath, path.join(folder, 'package', 'js', 'cli', 'main.js'), 'new', name, ...flags], { cwd: folder })
  assert.equal(await child.ended, 0, child.stderr)
  const directory = path.join(folder, name)
  const modules = path.join(directory, 'node_modules')
  mkdirSync(path.join(modules, '.bin'), { recursive: true })
  execFileSync('cp', ['-r', path.join(folder, 'package'), path.join(modules, 'smartagent-plugin-sdk')])
  symlinkSync('../smartagent-plugin-sdk/js/cli/main.js', path.join(modules, '.bin', 'smartagent'))
  execFileSync('chmod', ['+x', path.join(modules, 'smartagent-plugin-sdk', 'js', 'cli', 'main.js')])
  return directory
}

/** @param {import('node:test').TestContext} t @param {string} cwd @param {string[]} args @param {RegExp} passed */
export async function npm(t, cwd, args, passed) {
  const child = new Child(t, ['npm', ...args], { cwd, env: { NO_COLOR: '1' } })
  assert.equal(await child.ended, 0, child.stdout + child.stderr)
  assert.match(child.stdout, passed)
}

/** Starts the plugin as its author does, and gives the desk's page. @param {import('node:test').TestContext} t @param {string} cwd */
export async function start(t, cwd, args = /** @type {string[]} */ ([])) {
  const child = new Child(t, ['npm', 'start', ...args], { cwd, group: true })
  const [, origin, token] = /** @type {string[]} */ (/** @type {unknown} */ (await child.see(/(http:\/\/127\.0\.0\.1:\d+)\/#token=(\S+)/)))
  return { child, origin: String(origin), token: String(token) }
}

/** The page templates serve from a fixed port; here each takes a free one. @param {string} directory */
async function moveToFreePort(directory) {
  const port = await new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = /** @type {import('node:net').AddressInfo} */ (server.address())
      server.close(() => resolve(free))
    })
  })
  const file = path.join(directory, 'package.json')
  const scripts = JSON.parse(readFileSync(file, 'utf8'))
  scripts.scripts.start = scripts.scripts.start.replaceAll('5173', String(port)).replace('smartagent dev', 'smartagent dev --port 0')
  writeFileSync(file, JSON.stringify(scripts))
}

/** The whole life of a template with a page. @param {'vanilla' | 'react'} template */
export function testTemplate(template) {
  const browser = useBrowser()
  it(`writes a ${template} plugin that passes its tests, builds, and shows a simulated call in the desktop's page`, async (t) => {
    const directory = await generate(t, `my-${template}`, template === 'vanilla' ? [] : ['--template', template])
    assert.ok(existsSync(path.join(directory, '.gitignore')) && !existsSync(path.join(directory, '.npmrc')))
    assert.match(JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8')).dependencies['smartagent-plugin-sdk'], /^\^\d/)
    const left = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => !file.startsWith('node_modules') && /\.(?:ts|tsx|json|html|md)$/.test(file))
      .filter((file) => readFileSync(path.join(directory, file), 'utf8').includes('{{'))
    assert.deepEqual(left, [], 'every word is filled in')
    const valid = new Child(t, [process.execPath, MAIN, 'validate', path.join(directory, 'public', 'smartagent.plugin.json')])
    assert.equal(await valid.ended, 0, valid.stderr)
    await npm(t, directory, ['test'], /3 passed/)
    await npm(t, directory, ['run', 'build'], /built in/)
    await moveToFreePort(directory)
    const desk = await start(t, directory)
    const tab = await browser.open(t)
    await tab.goto(`${desk.origin}/#token=${desk.token}`)
    const frame = tab.frameLocator('iframe')
    await frame.getByText('Hello Sam Example').waitFor({ timeout: 30_000 })
    const page = new Page(t, desk)
    const { embed, process: running } = await page.see(({ state }) => state?.plugins.some(({ connected }) => connected) && state)
    assert.deepEqual(embed?.plugin, { id: `my-${template}`, name: `My ${template}`, type: 'call' })
    assert.match(running?.command ?? '', /^vite /)
    await page.act('incoming', { attributes: { 'sa-name': 'Ada' } })
    await frame.getByText('Ada: ringing').waitFor()
    await page.act('answer')
    await frame.getByText('Ada: talking').waitFor()
    await page.see(({ state }) => state?.contacts.find(({ contact }) => contact.attributes['seen-by'] === `my-${template}`))
    await frame.getByLabel('Note').fill('called twice')
    await frame.getByRole('button', { name: 'Save' }).click()
    await page.see(({ state }) => state?.contacts.find(({ contact }) => contact.attributes.note === 'called twice'))
    assert.deepEqual(tab.lines.filter(({ kind }) => kind === 'uncaught' || kind === 'error'), [])
  })
}
