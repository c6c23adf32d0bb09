import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'

import { Child } from '../child-process.js'

const MAIN = fileURLToPath(new URL('quitting-main.js', import.meta.url))

describe('a main process that quits during a handshake', { timeout: 30_000 }, () => {
  for (const [what, says] of /** @type {const} */ ([['relay', /^quits after 1 posts$/m], ['parent port', /^init: E_CLOSED$/m]])) {
    it(`C9: ends within 3 s, as nothing of the ${what} holds it`, async (t) => {
      const silent = createServer((socket) => socket.resume().on('error', () => {}))
      silent.listen(0, '127.0.0.1')
      await once(silent, 'listening')
      t.after(() => silent.close())
      const { port } = /** @type {import('node:net').AddressInfo} */ (silent.address())
      const child = new Child(t, [process.execPath, MAIN, what, String(port)])
      await child.see(/^quits after/m)
      const started = performance.now()
      assert.equal(await child.ended, 0, child.stderr)
      assert.ok(performance.now() - started < 3_000)
      assert.match(child.stdout, says)
    })
  }
})
