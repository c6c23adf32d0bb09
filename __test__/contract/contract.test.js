// The same behaviour over every transport of a Node process.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { CARRIERS } from './carriers.js'
import { STEPS } from './suite.js'

for (const carrier of CARRIERS) {
  test(`over ${carrier.name}`, async (t) => {
    for (const { name, host, needs = [], run } of STEPS) {
      const lacks = needs.filter((need) => !carrier.can.includes(need))
      await t.test(name, { skip: lacks.length > 0 ? `this transport has no ${lacks.join(' or ')}` : false, timeout: 20_000 }, async () => {
        const { context, end } = await carrier.start(host)
        try {
          await run(context)
        } finally {
          await end()
        }
      })
    }
  })
}

test('a page can load the suite: it imports nothing but its own files', () => {
  const folder = new URL('./', import.meta.url)
  const seen = new Set(['suite.js'])
  for (const file of seen) {
    for (const [, name = ''] of readFileSync(new URL(file, folder), 'utf8').matchAll(/^(?:import|export) .*from '(.*)'$/gm)) {
      assert.match(name, /^\.\/[a-z]+\.js$/, `${file} imports ${name}`)
      seen.add(name.slice(2))
    }
  }
  assert.ok(seen.size > 5)
})

test('every step has a name of its own', () => {
  assert.equal(new Set(STEPS.map(({ name }) => name)).size, STEPS.length)
})
