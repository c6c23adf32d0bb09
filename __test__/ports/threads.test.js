// Processes whose host and plugin are in different threads.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Child } from '../child-process.js'

/** @param {import('node:test').TestContext} t @param {string[]} scene */
async function ends(t, ...scene) {
  const child = new Child(t, [process.execPath, '__test__/ports/threads.js', ...scene])
  assert.equal(await child.ended, 0, `${child.stdout}\n${child.stderr}`)
  assert.equal(child.stderr, '')
  return child.stdout
}

for (const [scene, place] of [['plugin', 'plugin'], ['host', 'host'], ['whole', 'plugin whose port is the worker itself and that is']]) {
  test(`a ${place} in a worker talks to the main thread, and the process ends by itself`, { timeout: 20_000 }, async (t) => {
    const output = await ends(t, scene)
    for (const line of ['company acme', 'opened', 'heard true', 'retired', 'port closed']) assert.match(output, new RegExp(line))
  })
}

test('a worker that is terminated ends its port, and the process ends by itself', { timeout: 20_000 }, async (t) => {
  const output = await ends(t, 'plugin', 'terminate')
  for (const line of ['opened', 'detached', 'port closed']) assert.match(output, new RegExp(line))
  assert.doesNotMatch(output, /retired/)
})
