import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'

import { SmartAgentHost } from 'smartagent-plugin-sdk/host'

import { Simulator } from '../../js/simulator/simulator.js'
import { Child, ROOT } from '../child-process.js'

/** All that a tarball may hold. */
const ALLOWED = [
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/, /^(index|host|embed|testing)\.(js|cjs|d\.ts|d\.cts)$/, /^js\/[\w./-]+\.(js|cjs|d\.ts|d\.cts)$/,
  /^schema\/[\w.-]+\.(json|js|d\.ts|yaml)$/, /^sample-plugin\/[\w.-]+$/, /^console\/dist\/(index\.html|icon\.svg|assets\/[\w-]+\.(js|css))$/, /^templates\/(page|vanilla|react|node)\/[\w./-]+$/, /^scenarios\/[\w.-]+\.(ya?ml|json)$/, /^smartagent-plugin-sdk\.[\w-]+\.node$/,
]
const NEEDED = ['package.json', 'README.md', 'LICENSE', 'index.js', 'index.cjs', 'index.d.ts', 'host.js', 'host.cjs', 'host.d.ts',
  'js/native.cjs', 'js/cli/main.js', 'console/dist/index.html', 'sample-plugin/plugin.js', 'scenarios/inbound-call.yaml']
/** A tarball above this does not belong into anybody's installation. */
const MAX_FILES = 250

const folder = mkdtempSync(path.join(tmpdir(), 'smartagent-package-'))
/** @type {string[]} */
let packed = []

/** @param {string[]} args @param {string} cwd */
async function npm(args, cwd) {
  const never = /** @type {any} */ ({ after() {} })
  const child = new Child(never, ['npm', ...args], { cwd })
  assert.equal(await child.ended, 0, child.stdout + child.stderr)
  return child.stdout
}

/** The code between two markers of the README. @param {string} name */
function fromReadme(name) {
  const text = readFileSync(path.join(ROOT, 'README.md'), 'utf8')
  const match = new RegExp(`<!-- ${name}: begin -->\\s*\`\`\`js\\n([\\s\\S]*?)\`\`\`\\s*<!-- ${name}: end -->`).exec(text)
  return /** @type {string} */ ((match ?? assert.fail(`the README has no part "${name}"`))[1])
}

const FIRST_PLUGIN = fromReadme('first plugin')
const FIRST_LINE = /^import .*\n/

/** Runs a plugin of the folder against a real host, through one call. @param {import('node:test').TestContext} t @param {string} file */
async function seesACall(t, file) {
  const host = new SmartAgentHost({ companyId: 'acme' })
  t.after(() => host.close())
  const simulator = new Simulator(/** @type {any} */ (host), {})
  host.handle('update_contact', (changes, { contactId }) => simulator.answer('update_contact', changes, contactId))
  const { url } = await host.listen({ port: 0 })
  /** @type {Map<string, any>} */
  const requests = new Map()
  const arrived = (/** @type {string} */ method) => new Promise((resolve) => {
    host.on('request', (request) => {
      requests.set(request.method, request.payload)
      if (request.method === method) resolve(undefined)
    })
  })
  const notified = arrived('show_notification')
  const updated = arrived('update_contact')
  const child = new Child(t, [process.execPath, file], { cwd: folder, env: { SMARTAGENT_URL: url, SMARTAGENT_TOKEN: /** @type {string} */ (host.token) } })
  await child.see(/^hello Sam Example$/m)
  simulator.act('incoming', { attributes: { 'sa-name': 'Ada' } })
  await notified
  assert.deepEqual(requests.get('show_notification'), { type: 'CREATE_NOTIFICATION', header: 'Call', text: 'Ada is calling' })
  simulator.act('answer')
  await updated
  assert.deepEqual(requests.get('update_contact'), { 'answered-by': 'first-plugin' })
  simulator.act('hang_up', { by: 'customer' })
  await child.see(/^talked for \d+ ms$/m)
  assert.equal(child.stderr, '')
}

/** @param {string[]} args @returns {Promise<string>} what the compiler says; empty when all is well */
async function tsc(args) {
  const never = /** @type {any} */ ({ after() {} })
  const child = new Child(never, [process.execPath, path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'), '--strict',
    '--target', 'es2022', '--types', 'node', '--typeRoots', path.join(ROOT, 'node_modules', '@types'), ...args], { cwd: folder })
  await child.ended
  return child.stdout + child.stderr
}

describe('the package', () => {
  before(async () => {
    // The binary that set-up built is packed as it is; a release build is for a release.
    const [{ filename, files }] = JSON.parse(await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], ROOT))
    packed = files.map((/** @type {{path: string}} */ file) => file.path)
    writeFileSync(path.join(folder, 'package.json'), '{"name":"somebody","private":true}')
    await npm(['install', '--ignore-scripts', '--offline', '--no-audit', '--no-fund', `./${filename}`], folder)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('holds what is on the list, all that is needed, and no sources of the addon', () => {
    assert.deepEqual(packed.filter((file) => !ALLOWED.some((pattern) => pattern.test(file))), [])
    assert.deepEqual(NEEDED.filter((file) => !packed.includes(file)), [])
    assert.equal(packed.filter((file) => file.endsWith('.node')).length, 1)
    assert.ok(packed.length <= MAX_FILES)
  })

  it('holds every file that its exports, types and bin name', () => {
    const { exports, bin, main, types } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
    /** @type {(node: any) => string[]} */
    const targets = (node) => typeof node === 'string' ? [node] : Object.values(node).flatMap(targets)
    const named = [...targets(exports), ...targets(bin), main, types].filter((file) => !file.includes('*'))
    assert.deepEqual(named.filter((file) => !packed.includes(file.replace(/^\.\//, ''))), [])
  })

  it('installs into an empty folder without compiling and without any other package', () => {
    assert.deepEqual(readdirSync(path.join(folder, 'node_modules')).filter((name) => !name.startsWith('.')), ['smartagent-plugin-sdk'])
    assert.ok(existsSync(path.join(folder, 'node_modules', '.bin', process.platform === 'win32' ? 'smartagent.cmd' : 'smartagent')))
  })

  it("runs the README's first plugin, of less than 20 lines, as an ES module", async (t) => {
    assert.ok(FIRST_PLUGIN.trim().split('\n').length < 20)
    writeFileSync(path.join(folder, 'plugin.mjs'), FIRST_PLUGIN)
    await seesACall(t, 'plugin.mjs')
  })

  it("runs the README's first plugin as CommonJS with the line the README gives", async (t) => {
    writeFileSync(path.join(folder, 'plugin.cjs'), FIRST_PLUGIN.replace(FIRST_LINE, fromReadme('first plugin, CommonJS')))
    await seesACall(t, 'plugin.cjs')
  })

  it("compiles the README's first plugin as TypeScript under strict, and runs it", async (t) => {
    writeFileSync(path.join(folder, 'typed.mts'), FIRST_PLUGIN)
    assert.equal(await tsc(['--module', 'nodenext', '--outDir', 'out', 'typed.mts']), '')
    await seesACall(t, path.join('out', 'typed.mjs'))
  })

  it('has types for CommonJS, for bundlers and for the older resolution of Node modules', async () => {
    mkdirSync(path.join(folder, 'more'), { recursive: true })
    writeFileSync(path.join(folder, 'more', 'typed.cts'), FIRST_PLUGIN)
    writeFileSync(path.join(folder, 'more', 'typed.ts'), FIRST_PLUGIN)
    assert.equal(await tsc(['--noEmit', '--module', 'node16', 'more/typed.cts']), '')
    assert.equal(await tsc(['--noEmit', '--module', 'esnext', '--moduleResolution', 'bundler', 'more/typed.ts']), '')
    assert.equal(await tsc(['--noEmit', '--module', 'commonjs', '--moduleResolution', 'node10', '--esModuleInterop', 'more/typed.ts']), '')
  })

  it('gives import and require the same classes', async (t) => {
    writeFileSync(path.join(folder, 'same.mjs'), `
      import { createRequire } from 'node:module'
      import SmartAgent, { SmartAgentError } from 'smartagent-plugin-sdk'
      import { SmartAgentHost } from 'smartagent-plugin-sdk/host'
      const require = createRequire(import.meta.url)
      const cjs = require('smartagent-plugin-sdk')
      console.log(cjs.SmartAgent === SmartAgent, cjs.default === SmartAgent, cjs.SmartAgentError === SmartAgentError,
        require('smartagent-plugin-sdk/host').SmartAgentHost === SmartAgentHost)`)
    const child = new Child(t, [process.execPath, 'same.mjs'], { cwd: folder })
    assert.equal(await child.ended, 0, child.stderr)
    assert.equal(child.stdout.trim(), 'true true true true')
  })

  it('imports on a platform without a binary, and says at the first use what is missing', async (t) => {
    writeFileSync(path.join(folder, 'elsewhere.mjs'), `
      Object.defineProperty(process, 'platform', { value: 'freebsd' })
      const { default: SmartAgent } = await import('smartagent-plugin-sdk')
      console.log('imported')
      try { await new SmartAgent().init() } catch (error) { console.log(error.message) }`)
    const child = new Child(t, [process.execPath, 'elsewhere.mjs'], { cwd: folder })
    assert.equal(await child.ended, 0, child.stderr)
    assert.match(child.stdout, /^imported\nsmartagent-plugin-sdk has no native binary for freebsd-\w+ \(Node v[\d.]+\): binaries exist for [^\n]+\n$/)
  })

  it('runs smartagent dev with the sample plugin from the installed package', async (t) => {
    const main = path.join(folder, 'node_modules', 'smartagent-plugin-sdk', 'js', 'cli', 'main.js')
    const child = new Child(t, [process.execPath, main, 'dev', '--headless', '--exit', '--json', '--port', '0', '--speed', '50'], { cwd: folder })
    assert.equal(await child.ended, 0, child.stdout + child.stderr)
    assert.equal(JSON.parse(/** @type {string} */ (child.stdout.trim().split('\n').at(-1))).ok, true)
  })
})
