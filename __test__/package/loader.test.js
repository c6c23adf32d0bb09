import assert from 'node:assert/strict'
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'

import { ROOT } from '../child-process.js'
import loader from '../../js/native.cjs'

const { loadNative, platformName, PLATFORMS } = loader

/** @param {import('node:test').TestContext} t */
function emptyDirectory(t) {
  const directory = mkdtempSync(path.join(tmpdir(), 'smartagent-loader-'))
  t.after(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

describe('the loader of the native addon', () => {
  it('names a platform as its binary is named', () => {
    const musl = () => true
    const glibc = () => false
    assert.equal(platformName({ platform: 'linux', arch: 'x64', musl: glibc }), 'linux-x64-gnu')
    assert.equal(platformName({ platform: 'linux', arch: 'arm64', musl }), 'linux-arm64-musl')
    assert.equal(platformName({ platform: 'darwin', arch: 'arm64', musl: glibc }), 'darwin-arm64')
    assert.equal(platformName({ platform: 'win32', arch: 'x64', musl: glibc }), 'win32-x64-msvc')
  })

  it('knows exactly the platforms that package.json builds for', () => {
    const { napi } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
    const names = napi.targets.map((/** @type {string} */ target) => target
      .replace(/^x86_64-/, 'x64-').replace(/^aarch64-/, 'arm64-')
      .replace(/^(\w+)-apple-darwin$/, 'darwin-$1')
      .replace(/^(\w+)-pc-windows-msvc$/, 'win32-$1-msvc')
      .replace(/^(\w+)-unknown-linux-(\w+)$/, 'linux-$1-$2'))
    assert.deepEqual(names.toSorted(), PLATFORMS.toSorted())
  })

  it('says in one sentence which package a known platform without its binary has to install', (t) => {
    assert.throws(() => loadNative({ platform: 'win32', arch: 'arm64', root: emptyDirectory(t) }), (/** @type {any} */ error) => {
      assert.equal(error.code, 'E_NATIVE_MISSING')
      assert.equal(error.message, `smartagent-plugin-sdk has no native binary for win32-arm64-msvc (Node ${process.version}): `
        + 'install it with "npm install smartagent-plugin-sdk-win32-arm64-msvc", or build it from the sources with "npm run build"')
      return true
    })
  })

  it('says in one sentence which platforms there are to one that is not among them', (t) => {
    assert.throws(() => loadNative({ platform: 'freebsd', arch: 'riscv64', root: emptyDirectory(t) }), (/** @type {any} */ error) => {
      assert.equal(error.code, 'E_NATIVE_MISSING')
      assert.match(error.message, /no native binary for freebsd-riscv64 \(Node v[\d.]+\): binaries exist for darwin-x64, .*linux-arm64-musl; on another one/)
      assert.ok(!error.message.includes('\n'))
      return true
    })
  })

  it('takes the binary inside the package before the package of the platform', (t) => {
    const root = emptyDirectory(t)
    writeFileSync(path.join(root, 'smartagent-plugin-sdk.linux-x64-gnu.node'), 'not a binary')
    assert.throws(() => loadNative({ platform: 'linux', arch: 'x64', musl: () => false, root }), (/** @type {any} */ error) => {
      // A binary that does not load says why itself; it is not reported as missing.
      assert.equal(error.code, 'ERR_DLOPEN_FAILED')
      return true
    })
  })

  it('takes the package of the platform when the package holds no binary', (t) => {
    const root = emptyDirectory(t)
    const platform = path.join(root, 'node_modules', 'smartagent-plugin-sdk-darwin-arm64')
    mkdirSync(path.join(root, 'js'), { recursive: true })
    mkdirSync(platform, { recursive: true })
    writeFileSync(path.join(root, 'js', 'native.cjs'), readFileSync(path.join(ROOT, 'js', 'native.cjs')))
    writeFileSync(path.join(platform, 'package.json'), '{"name":"smartagent-plugin-sdk-darwin-arm64","main":"index.js"}')
    writeFileSync(path.join(platform, 'index.js'), 'module.exports = { from: "the platform package" }')
    const copy = createRequire(import.meta.url)(path.join(root, 'js', 'native.cjs'))
    assert.deepEqual(copy.loadNative({ platform: 'darwin', arch: 'arm64' }), { from: 'the platform package' })
  })
})
