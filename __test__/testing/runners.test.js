// The test kit under the test runners that plugin authors use.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** @param {string[]} args @param {Record<string, string>} [env] @returns {Promise<{ code: number, output: string }>} */
function run(args, env = {}) {
  const { NODE_TEST_CONTEXT, ...inherited } = process.env
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: ROOT, env: { ...inherited, ...env, CI: 'true' } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, output: stdout + stderr })
    })
  })
}

test('it works under Vitest, tests side by side', async () => {
  const { code, output } = await run(['node_modules/vitest/vitest.mjs', 'run', '--root', ROOT, '__test__/testing/runners/vitest.spec.mjs'])
  assert.equal(code, 0, output)
  assert.match(output, /3 passed/)
})

test('it works under Jest, which needs --experimental-vm-modules for ES modules', async () => {
  const config = JSON.stringify({ testMatch: ['**/runners/jest.spec.mjs'], transform: {}, roots: ['<rootDir>/__test__/testing'], moduleFileExtensions: ['mjs', 'js', 'cjs', 'json', 'node'] })
  const { code, output } = await run(['node_modules/jest/bin/jest.js', '--config', config, '--rootDir', ROOT], { NODE_OPTIONS: '--experimental-vm-modules' })
  assert.equal(code, 0, output)
  assert.match(output, /1 passed/)
})
