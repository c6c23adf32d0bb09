'use strict'
// The one place that loads the native addon. It is CommonJS so that `import` and `require` of this package share one
// instance of it: a second copy would be a second runtime with its own sockets and listeners.

const { existsSync } = require('node:fs')
const path = require('node:path')

/** The platforms a binary is built for: the `napi.targets` of package.json as Node names them. */
const PLATFORMS = [
  'darwin-x64', 'darwin-arm64', 'win32-x64-msvc', 'win32-arm64-msvc',
  'linux-x64-gnu', 'linux-arm64-gnu', 'linux-x64-musl', 'linux-arm64-musl',
]

/**
 * Names this machine the way binaries are named, for example `linux-x64-gnu`.
 * @param {{platform: string, arch: string, musl: () => boolean}} machine
 */
function platformName({ platform, arch, musl }) {
  if (platform === 'linux') return `linux-${arch}-${musl() ? 'musl' : 'gnu'}`
  if (platform === 'win32') return `win32-${arch}-msvc`
  return `${platform}-${arch}`
}

/** Whether this Node was linked against musl: only glibc reports its version. */
function isMusl() {
  // Where musl's loader is not, Node cannot have been linked against it; a report takes 5 ms and 1.5 MB.
  if (!existsSync(`/lib/ld-musl-${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}.so.1`)) return false
  const report = /** @type {any} */ (process.report)
  const excluded = report.excludeNetwork
  // Without this the report resolves every open socket's host name, which can take seconds.
  report.excludeNetwork = true
  try {
    return report.getReport().header.glibcVersionRuntime === undefined
  } finally {
    report.excludeNetwork = excluded
  }
}

/**
 * The sentence a person gets whose platform has no binary: what is missing, and what to do.
 * @param {string} name
 */
function missingBinary(name) {
  const remedy = PLATFORMS.includes(name)
    ? `install it with "npm install smartagent-plugin-sdk-${name}", or build it from the sources with "npm run build"`
    : `binaries exist for ${PLATFORMS.join(', ')}; on another one build it from the sources with "npm run build"`
  return `smartagent-plugin-sdk has no native binary for ${name} (Node ${process.version}): ${remedy}`
}

/**
 * Loads the addon: the binary inside this package first, then the package of this platform.
 * @param {{platform?: string, arch?: string, musl?: () => boolean, root?: string}} [machine] for tests; this machine by default
 * @returns {any}
 * @throws {Error} with code `E_NATIVE_MISSING` where there is no binary; what the loader of the system said otherwise
 */
function loadNative({
  platform = process.platform, arch = process.arch, musl = isMusl, root = path.join(__dirname, '..'),
} = {}) {
  const name = platformName({ platform, arch, musl })
  const inside = path.join(root, `smartagent-plugin-sdk.${name}.node`)
  if (existsSync(inside)) return require(inside)
  const outside = `smartagent-plugin-sdk-${name}`
  try {
    return require(outside)
  } catch (cause) {
    const missing = /** @type {NodeJS.ErrnoException} */ (cause)
    // A binary that is there but does not load must say why itself.
    if (missing.code !== 'MODULE_NOT_FOUND' || !missing.message.includes(outside)) throw cause
    throw Object.assign(new Error(missingBinary(name), { cause }), { code: 'E_NATIVE_MISSING' })
  }
}

/** @type {any} */
let native

/** The addon, loaded at the first call, so that importing the package has no side effect. */
function getNative() {
  native ??= loadNative()
  return native
}

module.exports = { getNative, loadNative, platformName, PLATFORMS }
