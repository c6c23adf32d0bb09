import assert from 'node:assert/strict'
import { test } from 'node:test'
import { steepest } from '../../benchmark/growth.js'
import { median, measure } from '../../benchmark/measure.js'

/** @param {number[]} ours @param {number[]} peer @param {object} [row] */
async function rowOf(ours, peer, row = {}) {
  const [plan, left] = [{ id: 'x', peer: 'p', rows: [{ id: 'x.y', figure: 'us', unit: 'µs', goal: 0.5, ...row }] }, { ours: [...ours], peer: [...peer] }]
  const run = async (/** @type {'ours' | 'peer'} */ side) => ({ us: /** @type {number} */ (left[side].shift()), received: 1, expected: 1, checksum: 7 })
  return (await measure({ ...plan, run, alone: peer.length === 0 }, { traffic: '', scale: 1 }, ours.length, () => {}))[0]
}

test('a ratio is the median of the pairs, so that one disturbed pair changes nothing', async () => {
  const { ratio, ok, pairs } = await rowOf([1, 100, 1, 1, 1], [4, 4, 4, 400, 4])
  assert.deepEqual([ratio, ok, pairs], [0.25, true, 5])
})

test('where more is better the ratio is turned round', async () => {
  assert.deepEqual(await rowOf([300], [100], { more: true }).then(({ ratio, ok }) => [ratio, ok]), [1 / 3, true])
})

test('an absolute aim is the figure over the aim', async () => {
  assert.equal((await rowOf([5], [], { goal: 1, limit: 4 })).ratio, 1.25)
  assert.equal((await rowOf([5], [], { goal: 1, limit: 4 })).ok, false)
  assert.equal((await rowOf([20_000], [], { goal: 1, limit: 10_000, more: true })).ratio, 0.5)
})

test('a good ratio does not excuse a figure above its limit', async () => {
  assert.equal((await rowOf([6], [100], { limit: 5 })).ok, false)
})

test('a contestant that did not receive everything has no figures', async () => {
  const run = async () => ({ us: 1, received: 9, expected: 10, checksum: 0 })
  const [row] = await measure({ id: 'x', peer: 'p', rows: [{ id: 'x.y', figure: 'us', unit: 'µs', goal: 1 }], run }, { traffic: '', scale: 1 }, 1, () => {})
  assert.equal(row.ratio, null)
  assert.match(String(row.error), /received 9 of 10/)
})

test('sides that read different things have no figures', async () => {
  const run = async (/** @type {string} */ side) => ({ us: 1, received: 1, expected: 1, checksum: side === 'ours' ? 1 : 2 })
  const [row] = await measure({ id: 'x', peer: 'p', rows: [{ id: 'x.y', figure: 'us', unit: 'µs', goal: 1 }], run }, { traffic: '', scale: 1 }, 1, () => {})
  assert.match(String(row.error), /read different things/)
})

test('the median of an even number lies between the two in the middle', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5)
})

test('growth is measured beside a straight line', () => {
  assert.equal(steepest([{ size: 1, cost: 10 }, { size: 10, cost: 100 }, { size: 100, cost: 500 }]), 1)
  assert.equal(steepest([{ size: 10, cost: 1 }, { size: 20, cost: 4 }]), 2)
})
