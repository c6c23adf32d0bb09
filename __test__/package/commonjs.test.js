import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'

import { Child, ROOT } from '../child-process.js'

const PROJECT = path.join(ROOT, '__test__', 'package', 'fixtures', 'commonjs')

describe('CommonJS', () => {
  it('has types of its own under strict and node16, for import = require() and for require()', async (t) => {
    const tsc = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
    const child = new Child(t, [process.execPath, tsc, '-p', PROJECT])
    assert.equal(await child.ended, 0, child.stdout)
  })

  it('gets the same class by name and as default, and Node prints no warning', async (t) => {
    const program = `
      const { SmartAgent, default: same } = require('smartagent-plugin-sdk')
      const { SmartAgentHost } = require('smartagent-plugin-sdk/host')
      console.log(typeof SmartAgent, SmartAgent === same, typeof SmartAgentHost)`
    const child = new Child(t, [process.execPath, '--input-type=commonjs', '--eval', program])
    assert.equal(await child.ended, 0, child.stderr)
    assert.equal(child.stdout, 'function true function\n')
    assert.equal(child.stderr, '')
  })

  it('is what the package asks for a Node that requires ES modules', () => {
    const { engines } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
    assert.equal(engines.node, '^20.19.0 || >=22.13.0')
    assert.equal(/** @type {any} */ (process).features.require_module, true)
  })
})
