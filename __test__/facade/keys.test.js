import assert from 'node:assert/strict'
import { test } from 'node:test'
import { freshKey } from '../../js/keys.js'

test('fresh keys are random UUIDs, no two of them the same', () => {
  const keys = Array.from({ length: 100_000 }, freshKey)
  assert.equal(new Set(keys).size, keys.length)
  for (const key of keys) assert.match(key, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})
