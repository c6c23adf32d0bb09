// Whether a port is free, for a message that says which one to take instead.
import { createServer } from 'node:net'

import { UsageError } from './flags.js'

/** How many ports above a taken one are tried for the hint. */
const PORTS_TRIED = 50

/**
 * @param {number} port 0 is always free
 * @throws {UsageError} when the port is taken, naming the next free one
 */
export async function requireFreePort(port) {
  if (port !== 0 && !(await isFree(port))) {
    throw new UsageError(`port ${port} is in use: try --port ${await nextFreePort(port)}, or --port 0 for any free one`)
  }
}

/** @param {number} port */
async function nextFreePort(port) {
  for (let next = port + 1; next <= Math.min(port + PORTS_TRIED, 65_535); next += 1) {
    if (await isFree(next)) return next
  }
  return 0
}

/** @param {number} port @returns {Promise<boolean>} */
function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)))
  })
}
