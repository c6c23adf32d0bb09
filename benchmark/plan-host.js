// @ts-check
// The rows of the host's side, and of the core alone.
import { setTimeout as sleep } from 'node:timers/promises'
import { Teller, traffic } from './processes.js'

/** @typedef {import('./plan.js').Case} Case @typedef {import('./plan.js').Side} Side @typedef {import('./plan.js').Context} Context */

/**
 * A host with its crowd: events are sent to all of them, and the host says what that cost it.
 * @param {{ links: number, broadcasts: number, everyMs: number, together?: number }} work
 */
export function crowd({ links, broadcasts, everyMs, together = 1 }) {
  return async (/** @type {Side} */ side, /** @type {Context} */ context) => {
    const rounds = Math.max(2, Math.round(broadcasts * context.scale))
    // The first ones warm both up.
    const warm = Math.ceil(rounds / 3)
    const host = new Teller([process.execPath, '--expose-gc', 'benchmark/contestants/host.js', side === 'ours' ? 'ours' : 'ws', JSON.stringify({ links })])
    try {
      const { port, token, rss } = await host.next()
      const swarm = traffic(context.traffic, 'swarm', { port, token, links, events: (rounds + warm) * together, session: side === 'ours' })
      try {
        await swarm.next()
        await sleep(300)
        host.say({ broadcasts: warm, everyMs, together })
        const idle = await host.next()
        host.say({ broadcasts: rounds, everyMs, together })
        const cost = await host.next()
        const arrived = await swarm.next(20_000)
        return {
          received: arrived.received, expected: arrived.expected, checksum: 0,
          totalUs: cost.totalUs, p99Us: arrived.p99Us, p50Us: arrived.p50Us, linkKiB: (idle.rss - rss) / 1_024 / links,
        }
      } finally {
        await swarm.stop()
      }
    } finally {
      await host.stop()
    }
  }
}

const PEER = 'ws server, frame encoded once'
const thousand = crowd({ links: 1_000, broadcasts: 60, everyMs: 20 })
const many = crowd({ links: 5_000, broadcasts: 15, everyMs: 80 })

/** @type {Case[]} */
export const HOST_CASES = [
  {
    id: 'host.broadcast', peer: PEER, run: thousand,
    rows: [
      { id: 'host.broadcast.cpu', figure: 'totalUs', unit: 'µs/delivery', goal: 0.65 },
      { id: 'host.broadcast.p99', figure: 'p99Us', unit: 'µs', goal: 1 },
    ],
  },
  {
    id: 'host.broadcast.5000', peer: PEER, heavy: true, run: many,
    rows: [
      { id: 'host.broadcast.cpu.5000', figure: 'totalUs', unit: 'µs/delivery', goal: 0.65 },
      { id: 'host.broadcast.p99.5000', figure: 'p99Us', unit: 'µs', goal: 1 },
    ],
  },
  {
    id: 'host.broadcast4', peer: `${PEER}, corked`, run: crowd({ links: 1_000, broadcasts: 40, everyMs: 40, together: 4 }),
    rows: [{ id: 'host.broadcast4.cpu', figure: 'totalUs', unit: 'µs/delivery', goal: 0.6 }],
  },
  {
    id: 'host.memory', peer: PEER, heavy: true, run: crowd({ links: 3_000, broadcasts: 0, everyMs: 1 }),
    rows: [{ id: 'host.memory', figure: 'linkKiB', unit: 'KiB/link', goal: 0.8, limit: 16 }],
  },
  {
    id: 'calls.engine', peer: 'none', alone: true,
    async run(_side, context) {
      const engine = traffic(context.traffic, 'engine', { contacts: 50, ms: Math.max(200, Math.round(1_000 * context.scale)) })
      try {
        const { snapshotsPerSecond, received } = await engine.next()
        if (!(received > 0)) throw new Error('the engine derived no event')
        return { snapshotsPerSecond, received: 0, expected: 0, checksum: 0 }
      } finally {
        await engine.stop()
      }
    },
    rows: [{ id: 'calls.engine', figure: 'snapshotsPerSecond', unit: 'snapshots/s', goal: 1, more: true, limit: 10_000 }],
  },
]
