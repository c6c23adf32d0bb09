// Builds js/bundle.js: what `import 'smartagent-plugin-sdk'`, and `index.js`, load in Node. Each module costs a start the
// better part of a millisecond, and there are thirty of them. The sources are js/sdk.js and what it imports.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

import { installDependencies } from './dependencies.mjs'
import { ROOT, progress, runAsProgram } from './steps.mjs'

export const BUNDLE = path.join(ROOT, 'js', 'bundle.js')

/** Shared with the other entry points, which are not bundled: a process has one error class. */
const SHARED = ['js/errors.js', 'schema/names.js']

/** @returns {Promise<string>} what js/bundle.js has to hold */
export async function bundled() {
  // Installed by the set-up, which loads this file before.
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    absWorkingDir: ROOT, entryPoints: ['js/sdk.js'], outfile: BUNDLE, write: false, bundle: true, format: 'esm', platform: 'node', target: 'node20.19',
    charset: 'utf8', logLevel: 'silent', plugins: [{ name: 'shared', setup: leaveShared }],
    banner: { js: '// @ts-nocheck\n// Made from js/sdk.js by scripts/bundle.mjs: change the modules named below, not this file.' },
  })
  return outputFiles[0].text
}

/** @param {import('esbuild').PluginBuild} build */
function leaveShared(build) {
  build.onResolve({ filter: /^\./ }, ({ path: wanted, resolveDir }) => {
    const file = path.relative(ROOT, path.join(resolveDir, wanted)).replaceAll(path.sep, '/')
    if (!SHARED.includes(file)) return undefined
    const from = path.relative(path.dirname(BUNDLE), path.join(ROOT, file)).replaceAll(path.sep, '/')
    return { path: from.startsWith('.') ? from : `./${from}`, external: true }
  })
}

/** Writes it where it differs. @returns {Promise<boolean>} whether it did */
export async function buildBundle() {
  const text = await bundled()
  if (existsSync(BUNDLE) && readFileSync(BUNDLE, 'utf8') === text) return false
  writeFileSync(BUNDLE, text)
  return true
}

await runAsProgram(import.meta.url, async () => {
  await installDependencies()
  progress(await buildBundle() ? 'js/bundle.js is built' : 'js/bundle.js is up to date')
  return 0
})
