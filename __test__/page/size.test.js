import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

import { build } from 'esbuild'

import { ROOT } from '../child-process.js'

/** What `import SmartAgent` costs a page, minified by esbuild and compressed by gzip. It may shrink, never grow unseen. */
const MAX_GZIP_BYTES = 4_096

test('all that a plugin page loads fits its budget, needs no other package and runs under script-src self', async (t) => {
  const { outputFiles: [bundle], metafile: { inputs } } = await build({
    stdin: { contents: "import SmartAgent from 'smartagent-plugin-sdk'; globalThis.plugin = new SmartAgent()", resolveDir: ROOT },
    bundle: true, minify: true, format: 'esm', write: false, metafile: true,
  })
  const bytes = gzipSync(bundle.text, { level: 9 }).length
  t.diagnostic(`${bundle.text.length} bytes, ${bytes} after gzip`)
  assert.ok(bytes <= MAX_GZIP_BYTES, `${bytes} bytes after gzip`)
  assert.deepEqual(Object.keys(inputs).filter((file) => file !== '<stdin>' && !file.startsWith('js/browser/')), [])
  assert.doesNotMatch(bundle.text, /\beval\b|new Function|WebAssembly|require\(|node:|innerHTML/)
})

test('the client says hello with the version of its package', () => {
  const { name, version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
  assert.ok(readFileSync(path.join(ROOT, 'js/browser/session.js'), 'utf8').includes(`name: '${name}', version: '${version}'`))
})

test('the methods that carry a key are those of the schema', async () => {
  const { KEYED_METHODS, METHODS } = await import('../../schema/names.js')
  const { KEYED } = await import('../../js/browser/names.js')
  assert.deepEqual(METHODS.filter((name) => KEYED.test(name)), [...KEYED_METHODS])
})
