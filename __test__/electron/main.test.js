import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { describe, it } from 'node:test'

import * as main from 'smartagent-plugin-sdk/electron/main'

import { assertVersion } from '../../js/electron/floor.js'
import { Sender, checkedOrigin } from '../../js/electron/sender.js'
import { Child, ROOT } from '../child-process.js'
import { PRELOAD } from './harness.js'

const require = createRequire(import.meta.url)

/** @param {Partial<import('../../js/electron/main.js').ElectronFrame>} facts @returns {any} */
const frame = (facts) => ({ frameTreeNodeId: 1, name: '', origin: 'https://plugin.example', detached: false, parent: null, framesInSubtree: [], ...facts })
const webContents = /** @type {any} */ ({ mainFrame: frame({}), ipc: { on() {}, off() {} }, isDestroyed: () => false, on() {}, off() {} })

describe('the entry for Electron\'s main process', () => {
  it('can be imported and required in plain Node, and is the same module', () => {
    assert.deepEqual(Object.keys(main).toSorted(), ['connectPlugin', 'forwardParentPort', 'parentPort', 'servePlugin'])
    assert.equal(require('smartagent-plugin-sdk/electron/main').servePlugin, main.servePlugin)
  })

  it('loads neither electron nor the addon, and leaves nothing running', async (t) => {
    const script = `await import('smartagent-plugin-sdk/electron/main')
      process.stdout.write(JSON.stringify(process.report.getReport().sharedObjects.filter((file) => file.endsWith('.node'))))`
    const child = new Child(t, [process.execPath, '--input-type=module', '--eval', script], { cwd: ROOT })
    assert.equal(await child.ended, 0, child.stderr)
    assert.equal(child.stdout, '[]')
  })

  it('says where it works when it is called in plain Node', () => {
    assert.throws(() => main.parentPort(webContents), { code: 'E_UNAVAILABLE', message: /main process of Electron/ })
  })

  it('T9: refuses an Electron that lacks what it needs, and warns once of one with known holes', async (t) => {
    for (const version of ['12.0.0', '34.5.8', 'odd']) assert.throws(() => assertVersion(version), { code: 'E_VERSION', message: /35 or newer/ })
    /** @type {string[]} */
    const warnings = []
    const hear = (/** @type {any} */ warning) => void (warning.code === 'SMARTAGENT_ELECTRON' && warnings.push(warning.message))
    process.on('warning', hear)
    t.after(() => process.off('warning', hear))
    for (const version of ['43.0.0', '45.4.1', '42.9.9', '41.0.0']) assertVersion(version)
    await new Promise(setImmediate)
    assert.deepEqual(warnings.map((text) => text.slice(0, 15)), ['Electron 42.9.9'])
  })

  it('takes exact origins only, schemes of an application among them', () => {
    for (const origin of ['https://plugin.example', 'http://127.0.0.1:5173', 'app://plugin', 'file://']) assert.equal(checkedOrigin(origin), origin)
    for (const origin of ['*', '', 'plugin.example', 'https://plugin.example/', 'https://a@b', 'https://plugin.example/path', undefined, 7]) {
      assert.throws(() => checkedOrigin(origin), { code: 'E_BAD_REQUEST', path: 'origin' })
    }
  })

  it('checks its options where they are given', () => {
    const electron = /** @type {any} */ ({ MessageChannelMain: class {}, webContents: { fromFrame: () => undefined } })
    const host = { attachPort() {} }
    /** @type {[() => unknown, string | undefined][]} */
    const wrong = [
      [() => main.servePlugin(/** @type {any} */ ({}), { frame: webContents, origin: 'app://x', plugin: 'a', electron }), undefined],
      [() => main.servePlugin(host, /** @type {any} */ ({ frame: webContents, plugin: 'a', electron })), 'origin'],
      [() => main.servePlugin(host, /** @type {any} */ ({ frame: webContents, origin: 'app://x', electron })), 'plugin'],
      [() => main.servePlugin(host, /** @type {any} */ ({ frame: {}, origin: 'app://x', plugin: 'a', electron })), 'frame'],
      [() => main.servePlugin(host, { frame: frame({}), origin: 'app://x', plugin: 'a', electron }), 'frame'],
      [() => main.connectPlugin(webContents, /** @type {any} */ ({ electron })), 'url'],
      [() => main.connectPlugin(webContents, { url: 'ws://desk.example/link', electron }), 'url'],
      [() => main.connectPlugin(webContents, { url: 'https://desk.example', electron }), 'url'],
      [() => main.connectPlugin(webContents, /** @type {any} */ ({ url: 'wss://desk.example', token: 7, electron })), 'token'],
      [() => main.connectPlugin(webContents, { url: 'wss://desk.example', plugin: 'Not An Id', electron }), 'plugin'],
      [() => main.parentPort(webContents, { allowedOrigins: ['*'], electron }), 'allowedOrigins'],
      [() => main.forwardParentPort(webContents, /** @type {any} */ ({}), { electron }), 'child'],
    ]
    for (const [call, path] of wrong) assert.throws(call, (/** @type {any} */ error) => error.code === 'E_BAD_REQUEST' && error.path === path)
  })
})

describe('a sender', () => {
  const main = frame({ frameTreeNodeId: 1 })
  const child = frame({ frameTreeNodeId: 2, name: 'crm', parent: main })
  const window = (/** @type {any[]} */ ...frames) => ({ ...webContents, mainFrame: { ...main, framesInSubtree: [main, ...frames] } })

  it('is the main frame unless another one is named', () => {
    const sender = new Sender(window(child), {})
    assert.ok(sender.isFrame(main))
    assert.ok(!sender.isFrame(child))
  })

  it('is the child of the main frame that has the name, and no frame within', () => {
    const sender = new Sender(window(child), { name: 'crm' })
    assert.ok(sender.isFrame(child))
    assert.ok(!sender.isFrame(frame({ frameTreeNodeId: 3, name: 'crm', parent: child })))
    assert.ok(!sender.isFrame(frame({ frameTreeNodeId: 1, name: 'crm' })))
  })

  it('stays the same frame whatever others call themselves, until it is gone', () => {
    const other = frame({ frameTreeNodeId: 3, name: 'crm', parent: main })
    const both = window(child, other)
    const sender = new Sender(both, { name: 'crm' })
    sender.latch(child)
    assert.ok(sender.isFrame(frame({ frameTreeNodeId: 2, name: 'renamed', parent: main })))
    assert.ok(!sender.isFrame(other))
    both.mainFrame.framesInSubtree = [main, other]
    assert.ok(sender.isFrame(other))
  })

  it('keeps to the first origin where none was given, and takes no opaque one unasked', () => {
    const sender = new Sender(window(), {})
    assert.ok(!sender.isOrigin(frame({ origin: 'null' })))
    sender.latch(main)
    assert.ok(sender.isOrigin(main))
    assert.ok(!sender.isOrigin(frame({ origin: 'https://plugin.example.evil.example' })))
    assert.ok(new Sender(window(), { origin: 'null' }).isOrigin(frame({ origin: 'null' })))
  })
})

describe('the preload script', () => {
  const text = readFileSync(PRELOAD, 'utf8')
  // Comments may name what the code may not.
  const code = text.replaceAll(/^\s*(\/\/|\*|\/\*).*$/gm, '')

  it('T9: exposes nothing in the page, exports nothing and has no channel for everything', () => {
    for (const word of ['exposeInMainWorld', 'contextBridge', 'exports', 'invoke', 'sendSync', 'eval', 'Function(']) {
      assert.ok(!code.includes(word), word)
    }
    const channels = [...code.matchAll(/ipcRenderer\.\w+\('([^']+)'/g)].map(([, channel]) => channel)
    assert.deepEqual([...new Set(channels)].toSorted(), ['smartagent.dial', 'smartagent.dialled', 'smartagent.port', 'smartagent.port?'])
    assert.equal([...code.matchAll(/ipcRenderer\./g)].length, channels.length)
  })

  it('is one file that requires nothing but electron, so that it runs in the sandbox', () => {
    const required = [...code.matchAll(/require\((.*?)\)/g)].map(([, what]) => what)
    assert.deepEqual(required, ["'electron'"])
    assert.ok(!/\bimport\b/.test(code))
    assert.ok(!isBuiltin('electron'))
    assert.equal(require.resolve('smartagent-plugin-sdk/electron/preload'), PRELOAD)
  })

  it('is nowhere else either that something is exposed in a page', () => {
    for (const file of ['connect', 'dial', 'floor', 'gate', 'main', 'parent-port', 'sender', 'serve']) {
      assert.ok(!readFileSync(new URL(`../../js/electron/${file}.js`, import.meta.url), 'utf8').includes('exposeInMainWorld'), file)
    }
  })
})
