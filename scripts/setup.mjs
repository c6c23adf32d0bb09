// Makes a fresh clone runnable: dependencies from the lock file, the native addon, the dev desktop's page, and for the
// tests of pages a browser. Does nothing twice.
import { buildNative } from './build.mjs'
import { buildBundle } from './bundle.mjs'
import { ensureChromium } from './chromium.mjs'
import { buildConsole } from './console.mjs'
import { installDependencies } from './dependencies.mjs'
import { progress, runAsProgram } from './steps.mjs'

/**
 * The whole set-up of a clone, for development.
 * @param {{browser?: boolean}} [options] a browser is for tests only; to start the desktop none is needed
 */
export async function setUp({ browser = false } = {}) {
  await installDependencies()
  await buildNative()
  await buildBundle()
  await buildConsole()
  if (browser) await ensureChromium()
}

await runAsProgram(import.meta.url, async () => {
  await setUp({ browser: true })
  progress('ready')
  return 0
})
