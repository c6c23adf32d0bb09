import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import path from 'node:path'
import { describe, it } from 'node:test'

import { admits, policies } from '../../js/cli/doctor/csp.js'
import { nodeVersion } from '../../js/cli/doctor/machine-checks.js'
import { checkPage } from '../../js/cli/doctor/page-checks.js'
import { Child, ROOT } from '../child-process.js'
import { startDesk } from './dev-desk.js'

const MAIN = path.join(ROOT, 'js', 'cli', 'main.js')
const DESKTOP = 'http://127.0.0.1:7420'
const HTML = '<!doctype html><script type="module" src="/main.js"></script>'

/**
 * A plugin's server that answers with those headers.
 * @param {import('node:test').TestContext} t @param {Record<string, string>} headers @param {{ status?: number, body?: string }} [answer]
 * @returns {Promise<string>}
 */
function serve(t, headers, { status = 200, body = HTML } = {}) {
  const server = createServer((_, response) => response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body))
  t.after(() => { server.closeAllConnections(); server.close() })
  return new Promise((resolve) => void server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${/** @type {any} */ (server.address()).port}/`)))
}

describe('smartagent doctor', () => {
  it('finds what keeps a page out of a frame, and says what to send instead', async (t) => {
    for (const [headers, title] of /** @type {[Record<string, string>, RegExp | null][]} */ ([
      [{}, null],
      [{ 'x-frame-options': 'DENY' }, /X-Frame-Options/], [{ 'x-frame-options': 'sameorigin' }, /X-Frame-Options/],
      [{ 'x-frame-options': 'ALLOW-FROM https://a.example' }, null],
      [{ 'content-security-policy': "frame-ancestors 'none'" }, /Content-Security-Policy/], [{ 'content-security-policy': "frame-ancestors 'self'" }, /Content-Security-Policy/],
      [{ 'content-security-policy': 'frame-ancestors https://desktop.example' }, /Content-Security-Policy/],
      [{ 'content-security-policy': `frame-ancestors ${DESKTOP}` }, null], [{ 'content-security-policy': 'frame-ancestors http://127.0.0.1:*' }, null],
      [{ 'content-security-policy': 'frame-ancestors *', 'x-frame-options': 'DENY' }, null],
      [{ 'content-security-policy': "frame-ancestors *, frame-ancestors 'none'" }, /Content-Security-Policy/],
      [{ 'content-security-policy': 'sandbox allow-forms' }, /sandbox/],
      [{ 'content-security-policy': "script-src 'none'" }, /own scripts/], [{ 'content-security-policy': "default-src 'none'" }, /own scripts/],
      [{ 'content-security-policy': "default-src 'none'; script-src 'self'" }, null],
      [{ 'content-type': 'application/json' }, /no HTML/],
    ])) {
      const found = (await checkPage(await serve(t, headers), { desktop: DESKTOP })).filter(({ verdict }) => verdict === 'problem')
      if (title === null) assert.deepEqual(found, [], JSON.stringify(headers))
      else {
        assert.equal(found.length, 1, JSON.stringify(headers))
        assert.match(found[0]?.title ?? '', title)
        assert.ok(found[0]?.todo, 'says what to do')
      }
    }
  })

  it('explains a page that does not answer, is an error, redirects, or would be mixed content', async (t) => {
    const problem = async (/** @type {string} */ url, desktop = DESKTOP) => (await checkPage(url, { desktop, timeoutMs: 500 })).find(({ verdict }) => verdict === 'problem')?.title
    assert.match(await problem('http://127.0.0.1:1/') ?? '', /Nothing listens/)
    assert.match(await problem(await serve(t, {}, { status: 404 })) ?? '', /error: 404/)
    const silent = createServer(() => {})
    t.after(() => { silent.closeAllConnections(); silent.close() })
    await new Promise((resolve) => void silent.listen(0, '127.0.0.1', () => resolve(undefined)))
    assert.match(await problem(`http://127.0.0.1:${/** @type {any} */ (silent.address()).port}/`) ?? '', /does not answer/)
    const framed = await serve(t, { 'x-frame-options': 'DENY' })
    assert.match(await problem(await serve(t, { location: framed }, { status: 302 })) ?? '', /X-Frame-Options/)
    assert.match(await problem(await serve(t, { location: '/' }, { status: 302 })) ?? '', /redirects to nowhere/)
    const own = await serve(t, {})
    assert.match(await problem(own, new URL(own).origin) ?? '', /own origin/)
    assert.equal(await problem(own, 'https://desktop.example'), undefined, 'a page of this machine may be shown by https')
  })

  it('reads policies and ranges of versions as browsers and npm do', () => {
    const admitted = (/** @type {string} */ sources, /** @type {string} */ origin) => admits(policies(`frame-ancestors ${sources}`)[0]?.get('frame-ancestors'), origin, 'https://plugin.example')
    for (const [sources, origin, expected] of /** @type {[string, string, boolean][]} */ ([
      ['*', 'https://a.example', true], ["'none'", 'https://a.example', false], ["'self'", 'https://plugin.example', true], ['https:', 'http://a.example', false],
      ['https:', 'https://a.example', true], ['a.example', 'https://a.example', true], ['a.example', 'http://a.example', false], ['*.a.example', 'https://b.a.example', true],
      ['*.a.example', 'https://a.example', false], ['https://a.example:8443', 'https://a.example', false], ['https://a.example:*', 'https://a.example:8443', true],
      ['http://a.example', 'https://a.example', true], ['https://A.EXAMPLE', 'https://a.example', true], ['https://a.example.evil.test', 'https://a.example', false],
    ])) assert.equal(admitted(sources, origin), expected, `${sources} ${origin}`)
    const range = '^20.19.0 || >=22.13.0'
    for (const [version, verdict] of [['20.19.0', 'ok'], ['20.18.9', 'problem'], ['21.9.0', 'problem'], ['22.12.0', 'problem'], ['22.13.0', 'ok'], ['26.0.0', 'ok'], ['18.20.0', 'problem']]) {
      assert.equal(nodeVersion(String(version), range).verdict, verdict, version)
    }
  })

  it('ends with 1 on a problem and 0 without, in words and as JSON', async (t) => {
    const desk = await startDesk(t, ['--plugin', 'http://localhost:9/'])
    const bad = new Child(t, [process.execPath, MAIN, 'doctor', await serve(t, { 'x-frame-options': 'DENY' }), '--port', String(desk.port)])
    assert.equal(await bad.ended, 1, bad.stderr)
    assert.match(bad.stdout, /✗ The page refuses to be framed: X-Frame-Options: .*\n {2}→ have the plugin's server leave X-Frame-Options out/)
    assert.match(bad.stdout, /✓ A desktop runs: port \d+/)
    const good = new Child(t, [process.execPath, MAIN, 'doctor', await serve(t, {}), '--port', String(desk.port), '--json'])
    await good.ended
    const { findings } = JSON.parse(good.stdout)
    assert.deepEqual(findings.filter((/** @type {any} */ { verdict, check }) => verdict === 'problem' && check !== 'page'), [])
    const stranger = new URL(await serve(t, {}))
    const taken = new Child(t, [process.execPath, MAIN, 'doctor', '--port', stranger.port])
    assert.equal(await taken.ended, 1)
    assert.match(taken.stdout, /Another program has the desktop's port/)
    const wrong = new Child(t, [process.execPath, MAIN, 'doctor', 'file:///etc/passwd'])
    assert.equal(await wrong.ended, 2)
  })

  it('is asked by the desk itself: the page learns why its frame stays empty', async (t) => {
    const { Page } = await import('./dev-desk.js')
    const desk = await startDesk(t, ['--plugin', await serve(t, { 'x-frame-options': 'DENY' })])
    const page = new Page(t, desk)
    const problem = await page.see(({ state }) => state?.embed?.problem)
    assert.match(problem.title, /X-Frame-Options/)
    assert.match(problem.todo, /frame-ancestors http:\/\/127\.0\.0\.1:\d+/)
  })
})

describe('smartagent validate', () => {
  it('checks message files, and lists every issue of every message', async (t) => {
    const folder = mkdtempSync(path.join(ROOT, 'target', 'messages-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const file = (/** @type {string} */ name, /** @type {unknown} */ value) => {
      writeFileSync(path.join(folder, name), JSON.stringify(value))
      return path.join(folder, name)
    }
    const right = file('right.json', [{ message: 'update_contact', payload: { tier: '2' } }, { message: 'update_quick_connects' }])
    const one = file('one.json', { message: 'show_popup_message', payload: { type: 'SUCCESS', popupMessage: 'x' }, contactId: 'c' })
    const wrong = file('wrong.json', [{ message: 'update_contact', payload: { tier: 2 } }, { message: 'update_contcat' }, { message: 'show_popup_message', payload: { type: 'OK' }, paylod: 1 }])
    const good = new Child(t, [process.execPath, MAIN, 'validate', right, one])
    assert.equal(await good.ended, 0, good.stderr)
    assert.match(good.stdout, /right\.json: 2 messages\n.*one\.json: the message "show_popup_message"/)
    const bad = new Child(t, [process.execPath, MAIN, 'validate', wrong])
    assert.equal(await bad.ended, 1)
    for (const line of [/\[0\]\.payload\.tier: /, /\[1\]\.message: .*update_contact/, /\[2\]\.paylod: is no member/, /\[2\]\.payload\.type: /, /\[2\]\.payload\.popupMessage: /]) assert.match(bad.stderr, line)
  })
})
