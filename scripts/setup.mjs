// Makes a fresh clone runnable: dependencies from the lock file, then the native addon. Does nothing twice.
import { buildNative } from './build.mjs'
import { installDependencies } from './dependencies.mjs'
import { progress, runAsProgram } from './steps.mjs'

/** The whole set-up of a clone, for development. */
export async function setUp() {
  await installDependencies()
  await buildNative()
}

await runAsProgram(import.meta.url, async () => {
  await setUp()
  progress('ready')
  return 0
})
