// @ts-check
// The release builds that are compared: the addon and the traffic beside it.
import path from 'node:path'
import { buildNative } from '../scripts/build.mjs'
import { buildBundle } from '../scripts/bundle.mjs'
import { installDependencies } from '../scripts/dependencies.mjs'
import { ROOT, SetupError, progress, run } from '../scripts/steps.mjs'

/**
 * Builds what is stale.
 * @param {{ dev?: boolean, asIs?: boolean }} [options] `dev` takes development builds, whose figures mean nothing; `asIs` builds nothing
 * @returns {Promise<string>} the traffic's binary
 */
export async function build({ dev = false, asIs = false } = {}) {
  const program = process.platform === 'win32' ? 'traffic.exe' : 'traffic'
  if (!asIs) {
    await installDependencies()
    await buildNative({ release: !dev })
  }
  await buildBundle()
  const { output } = await run('rustc', ['-vV'], { quiet: true })
  const target = /^host: (\S+)$/m.exec(output)?.[1]
  if (target === undefined) throw new SetupError('Rust is needed for the benchmarks: install it from https://rustup.rs')
  // The addon's features, profile and target, so that both share what is built.
  await cargo(asIs, [...(dev ? [] : ['--release']), '--target', target])
  return path.join(ROOT, 'target', target, dev ? 'debug' : 'release', program)
}

/** @param {boolean} asIs @param {string[]} flags */
async function cargo(asIs, flags) {
  if (asIs) return
  progress('building the traffic')
  const { code } = await run('cargo', ['build', '--locked', '--bin', 'traffic', ...flags], { quiet: true })
  if (code !== 0) throw new SetupError('the traffic did not build: the compiler says why above')
}
