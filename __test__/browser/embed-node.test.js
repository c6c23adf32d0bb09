import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { describe, it } from 'node:test'

import { embedPlugin, SmartAgentError } from 'smartagent-plugin-sdk/embed'
import * as host from 'smartagent-plugin-sdk/host'

import { ROOT } from '../child-process.js'

describe('the entry point "embed" in plain Node', () => {
  it('imports and requires the same things, without a page', () => {
    const required = createRequire(import.meta.url)('smartagent-plugin-sdk/embed')
    assert.equal(required.embedPlugin, embedPlugin)
    assert.equal(SmartAgentError, host.SmartAgentError)
  })

  it('says what is wrong when it is called there', () => {
    assert.throws(() => embedPlugin(/** @type {any} */ ({}), /** @type {any} */ ({})), { code: 'E_BAD_REQUEST', path: 'iframe' })
  })

  it('reaches no module of Node', () => {
    /** @type {Set<string>} */
    const seen = new Set()
    const follow = (/** @type {string} */ file) => {
      if (seen.has(file)) return
      seen.add(file)
      for (const [, plain, wrapped] of readFileSync(file, 'utf8').matchAll(/^(?:import|export) .*?from '([^']+)'|^} from '([^']+)'/gm)) {
        const target = plain ?? wrapped ?? ''
        assert.match(target, /^\.{1,2}\//, `${path.relative(ROOT, file)} imports ${target}`)
        follow(path.resolve(path.dirname(file), target))
      }
    }
    follow(path.join(ROOT, 'embed.js'))
    assert.ok(seen.size > 5)
  })
})
