import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Child } from '../child-process.js'
import { incoming, startHost, turn, until } from '../desk.js'

/** @param {import('node:test').TestContext} t @param {string} scene */
async function start(t, scene) {
  const { host, url } = await startHost(t)
  const env = { SMARTAGENT_URL: url, SMARTAGENT_TOKEN: /** @type {string} */ (host.token) }
  const child = new Child(t, [process.execPath, '__test__/lifecycle/plugin.js', scene], { env })
  return { host, child }
}

/** @param {Child} child @param {number} [within] */
async function exit(child, within = 1_000) {
  const code = await Promise.race([child.ended, turn(within).then(() => 'still running')])
  assert.equal(code, 0, child.stderr)
}

for (const scene of ['idle', 'unref', 'localListener', 'off', 'pending', 'bothModuleSystems']) {
  test(`a process with nothing to wait for ends within a second: ${scene}`, async (t) => {
    const { child } = await start(t, scene)
    await child.see(/ready/)
    await exit(child)
    if (scene === 'pending') assert.match(child.stdout, /user Ben/)
  })
}

test('a listener keeps the process alive, and SIGTERM ends it', async (t) => {
  const { child } = await start(t, 'listening')
  await child.see(/ready/)
  await turn(1_200)
  child.process.kill('SIGTERM')
  assert.equal(await child.ended, 'SIGTERM')
})

test('process.exit in a listener ends the process with its code', async (t) => {
  const { host, child } = await start(t, 'exitInListener')
  await child.see(/ready/)
  host.emit('incoming_call', incoming('c'))
  assert.equal(await child.ended, 7)
})

test('an uncaught exception ends the process as always', async (t) => {
  const { host, child } = await start(t, 'uncaught')
  await child.see(/ready/)
  host.emit('incoming_call', incoming('c'))
  assert.equal(await child.ended, 1)
  assert.match(child.stderr, /nobody catches this/)
})

test('a listener that throws is a warning and the process lives', async (t) => {
  const { host, child } = await start(t, 'throwing')
  await child.see(/ready/)
  host.emit('incoming_call', incoming('c1'))
  await child.see(/thrown in a listener/, 'stderr')
  host.emit('incoming_call', incoming('c2'))
  await child.see(/got c2/)
  assert.equal(child.process.exitCode, null)
})

test('a plugin whose process is killed leaves a session that may come back', async (t) => {
  const { host, child } = await start(t, 'listening')
  await child.see(/ready/)
  assert.equal(host.sessions()[0]?.connected, true)
  child.process.kill('SIGKILL')
  await until(() => host.sessions()[0]?.connected === false)
})
