// Starts the browser that pages are judged in.
import { chromium } from 'playwright-core'

import { ensureChromium } from '../../scripts/chromium.mjs'

const ARGS = [
  // Names of their own make pages cross-site; ports alone would not. None of these is a secure context.
  '--host-resolver-rules=MAP *.test 127.0.0.1',
  '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
]
const NO_SANDBOX = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []

/** @param {string[]} [args] more flags of Chromium */
export async function launchBrowser(args = []) {
  return chromium.launch({
    executablePath: await ensureChromium(), args: [...ARGS, ...NO_SANDBOX, ...args],
    // Pages that come back from the cache are among what is tested.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  })
}
