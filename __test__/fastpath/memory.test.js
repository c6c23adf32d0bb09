import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Child } from '../child-process.js'

const MIB = 2 ** 20

/** @param {import('node:test').TestContext} t @param {string} what @param {number} rounds */
async function memoryAfter(t, what, rounds) {
  const child = new Child(t, [process.execPath, '--expose-gc', fileURLToPath(new URL('busy-hours.js', import.meta.url)), what, String(rounds)])
  assert.equal(await child.ended, 0, child.stderr)
  /** @type {{heapUsed: number, rss: number}[]} */
  const figures = child.stdout.trim().split('\n').map((line) => JSON.parse(line))
  assert.equal(figures.length, rounds)
  t.diagnostic(figures.map(({ heapUsed, rss }) => `heap ${(heapUsed / MIB).toFixed(1)}, RSS ${(rss / MIB).toFixed(1)} MiB`).join('; '))
  return figures
}

test('hours of five events a second, with requests, leave heap and RSS where they were', { timeout: 240_000 }, async (t) => {
  const [, warm, ...hours] = await memoryAfter(t, 'hours', 5)
  for (const hour of hours) {
    assert.ok(hour.heapUsed - warm.heapUsed < MIB, `heap grew by ${hour.heapUsed - warm.heapUsed} bytes`)
    assert.ok(hour.rss - warm.rss < 12 * MIB, `RSS grew by ${hour.rss - warm.rss} bytes`)
  }
})

test('sessions that are over give their memory back, at both ends', { timeout: 240_000 }, async (t) => {
  const [, warm, ...later] = await memoryAfter(t, 'visits', 6)
  for (const round of later) {
    assert.ok(round.heapUsed - warm.heapUsed < MIB, `heap grew by ${round.heapUsed - warm.heapUsed} bytes`)
    assert.ok(round.rss - warm.rss < 16 * MIB, `RSS grew by ${round.rss - warm.rss} bytes`)
  }
})
