import assert from 'node:assert/strict'
import { it } from 'node:test'

import { pageRoundTrips } from '../../benchmark/page-rtt.js'

it('the benchmark of pages asks all three contestants the same and gets the same', { timeout: 120_000 }, async () => {
  const { ratio, pairs, ...figures } = await pageRoundTrips({ pairs: 1, batches: 2 })
  assert.deepEqual([Object.keys(ratio), pairs, figures.unit], [['penpal', 'comlink'], 1, 'µs/call'])
  for (const name of /** @type {const} */ (['ours', 'penpal', 'comlink'])) assert.ok(figures[name] > 0 && figures[name] < 1_000_000, `${name}: ${figures[name]}`)
})
