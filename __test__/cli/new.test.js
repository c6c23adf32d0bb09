// `smartagent new`: what it refuses, and the template for Node. The templates with a page have a file each.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'

import { Child } from '../child-process.js'
import { MAIN, folder, generate, npm, start, usePackage } from './new-plugin.js'

describe('smartagent new', () => {
  usePackage()

  it('asks nothing, writes nothing over, and names the closest template', async (t) => {
    const wrong = new Child(t, [process.execPath, MAIN, 'new', 'x', '--template', 'raect'], { cwd: folder })
    assert.equal(await wrong.ended, 2)
    assert.match(wrong.stderr, /no template "raect": did you mean "react"\?/)
    mkdirSync(path.join(folder, 'full'))
    writeFileSync(path.join(folder, 'full', 'mine.txt'), 'mine')
    const full = new Child(t, [process.execPath, MAIN, 'new', 'full'], { cwd: folder })
    assert.equal(await full.ended, 2)
    assert.match(full.stderr, /full is not empty/)
    assert.deepEqual(readdirSync(path.join(folder, 'full')), ['mine.txt'])
    const from = new Child(t, [process.execPath, MAIN, 'new', 'of clone'], { cwd: folder })
    assert.equal(await from.ended, 0, from.stderr)
    const { name, dependencies } = JSON.parse(readFileSync(path.join(folder, 'of clone', 'package.json'), 'utf8'))
    assert.deepEqual([name, dependencies], ['of-clone', { 'smartagent-plugin-sdk': 'file:../../..' }])
    assert.equal(readFileSync(path.join(folder, 'of clone', '.npmrc'), 'utf8'), 'install-links=true\n')
  })

  it('writes a node service that passes its tests and handles a call in the desktop', async (t) => {
    const directory = await generate(t, 'my-node', ['--template', 'node'])
    await npm(t, directory, ['test'], /pass 3/)
    const { child } = await start(t, directory, ['--', '--port', '0'])
    await child.see(/Robin Caller is calling/)
    await child.see(/seen-by=my-node/)
    const started = performance.now()
    child.signal('SIGINT')
    await child.ended
    assert.ok(performance.now() - started < 4_000, 'npm and what it started are gone')
  })
})
