import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Child } from '../child-process.js'

test('npm run bench measures both sides of a row and ends with one line of JSON', { timeout: 120_000 }, async (t) => {
  const bench = new Child(t, [process.execPath, 'benchmark/main.js', '--dev', '--quick', '--pairs', '1', '--only', 'rtt.one', '--json'])
  assert.equal(await bench.ended, 0, bench.stderr)
  const { rows } = JSON.parse(String(bench.stdout.trim().split('\n').at(-1)))
  assert.deepEqual(rows.map((/** @type {any} */ row) => [row.id, row.goal, row.pairs, row.unit]), [['rtt.one.p50', 1.1, 1, 'µs']])
  assert.ok(rows[0].ours > 0 && rows[0].peer > 0, bench.stdout)
  assert.ok(Math.abs(rows[0].ratio - rows[0].ours / rows[0].peer) < 1e-9)
})

test('a row that does not exist is said so', async (t) => {
  const bench = new Child(t, [process.execPath, 'benchmark/main.js', '--only', 'in.fload'])
  assert.equal(await bench.ended, 1)
  assert.match(bench.stderr, /no row begins with in\.fload/)
})
