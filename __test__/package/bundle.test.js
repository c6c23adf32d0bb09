import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'

import * as sdk from 'smartagent-plugin-sdk'
import * as host from 'smartagent-plugin-sdk/host'
import { createTestHost } from 'smartagent-plugin-sdk/testing'

import { BUNDLE, bundled } from '../../scripts/bundle.mjs'
import { Child, ROOT } from '../child-process.js'
import * as index from '../../index.js'
import * as sources from '../../js/sdk.js'

describe('the bundle that an import loads', () => {
  it('is made from the sources as they are now', async () => {
    assert.equal(readFileSync(BUNDLE, 'utf8'), await bundled(), '"node scripts/bundle.mjs" makes it anew')
  })

  it('exports what the sources export, under the same names', () => {
    assert.deepEqual(Object.keys(sdk), Object.keys(sources))
    assert.equal(sdk.SmartAgent.name, 'SmartAgent')
    assert.equal(sdk.default, sdk.SmartAgent)
    assert.deepEqual({ ...index }, { ...sdk }, 'index.js has an instance of its own')
  })

  it('shares the error class, and the transports, with the entry points beside it', async (t) => {
    assert.equal(sdk.SmartAgentError, host.SmartAgentError)
    assert.equal(sdk.SmartAgentError, sources.SmartAgentError)
    const desk = await createTestHost()
    t.after(() => desk.close())
    const sm = new sdk.SmartAgent({ transport: desk.transport() })
    await sm.init()
    await assert.rejects(sm.updateContact({ 'sa-name': 'Ben' }), (error) => error instanceof host.SmartAgentError && error.code === 'E_NO_CONTACT')
    await sm.close()
  })

  it('loads four files for an import and a first link', async (t) => {
    const program = `
      import { readdirSync, statSync } from 'node:fs'
      import Module, { createRequire, register } from 'node:module'
      import { MessageChannel } from 'node:worker_threads'
      const { port1, port2 } = new MessageChannel()
      const loaded = []
      port1.on('message', (url) => loaded.push(url)).unref()
      register('data:text/javascript,' + encodeURIComponent(
        "let port; export const initialize = (given) => { port = given }; export const load = (url, context, next) => (port.postMessage(url), next(url, context))",
      ), { data: port2, transferList: [port2] })
      const { SmartAgent, websocket } = await import('smartagent-plugin-sdk')
      const sm = new SmartAgent({ transport: websocket('ws://127.0.0.1:1/link'), connectTimeoutMs: 50 })
      await sm.init().catch((error) => console.log(error.code))
      const required = Object.keys(createRequire(import.meta.url).cache)
      console.log(JSON.stringify([...loaded.filter((url) => url.startsWith('file:')), ...required.filter((file) => !file.endsWith('.node'))]))`
    const child = new Child(t, [process.execPath, '--input-type=module', '--eval', program], { cwd: ROOT })
    assert.equal(await child.ended, 0, child.stderr)
    const [code, files] = child.stdout.trim().split('\n')
    assert.equal(code, 'E_NO_HOST')
    const names = JSON.parse(/** @type {string} */ (files)).map((/** @type {string} */ file) => path.basename(file)).sort()
    assert.deepEqual(names, ['bundle.js', 'errors.js', 'names.js', 'native.cjs'])
  })
})
