// @ts-check
// Every row of the table: what is done, against whom, and the aim.
import { contestant, traffic } from './processes.js'

/**
 * @typedef {'ours' | 'peer'} Side
 * @typedef {Record<string, number>} Figures what one contestant measured, and what it received
 * @typedef {{ traffic: string, scale: number }} Context the traffic's binary; how much of the full work is done
 * @typedef {object} Row
 * @property {string} id
 * @property {string} figure
 * @property {string} unit
 * @property {number} goal the ratio aimed at; smaller is better
 * @property {boolean} [more] more is better: the ratio is turned round
 * @property {number} [limit] what the figure may be at most (with `more`: at least) beside its ratio, or, without a peer, its aim
 * @typedef {object} Case
 * @property {string} id
 * @property {string} peer
 * @property {Row[]} rows
 * @property {boolean} [alone] there is no peer
 * @property {boolean} [once] every run would say the same
 * @property {boolean} [heavy] one pair has to do in a quick run
 * @property {(side: Side, context: Context) => Promise<Figures>} run
 */

/** A run of the plugin's side against a source. @param {string} work @param {Record<string, any>} options @param {Record<string, any>} [source] @param {boolean} [pinned] */
export function client(work, options, source = {}, pinned = false) {
  return async (/** @type {Side} */ side, /** @type {Context} */ context) => {
    const sized = { ...options, ...scaled(options, context.scale) }
    const server = traffic(context.traffic, 'source', {
      ...source, events: sized.events ?? 0, warm: sized.warm ?? 0, name: options.event ?? 'incoming_call', window: side === 'ours' ? windowOf(source.bytes ?? 500) : 0,
    }, pinned ? { cpu: 0 } : {})
    try {
      const { port, frameBytes } = await server.next()
      const url = `ws://127.0.0.1:${port}/link`
      const player = contestant('client.js', [side === 'ours' ? 'ours' : 'ws', work, JSON.stringify({ ...sized, url })], pinned ? { cpu: 1 } : {})
      try {
        return { ...await player.next(), frameBytes }
      } finally {
        await player.stop()
      }
    } finally {
      await server.stop()
    }
  }
}

/** 256 frames, and no more than 1 MiB, may be written and not acknowledged. @param {number} bytes of a frame */
const windowOf = (bytes) => Math.max(1, Math.min(256, Math.floor(1_000_000 / bytes)))

/** @param {Record<string, any>} options @param {number} scale */
function scaled({ events, warm, count }, scale) {
  const part = (/** @type {number | undefined} */ n) => n === undefined ? undefined : Math.max(64, Math.round(n * scale))
  return { events: part(events), warm: part(warm ?? (events === undefined ? undefined : events / 4)), count: part(count) }
}

const PEER = 'ws + JSON.parse + ajv + EventEmitter'
const flood = { event: 'incoming_call', events: 200_000, listener: 'reads' }
/** Until the buffer for first listeners is full, what nobody hears is kept: the warm-up fills it. */
const unheard = { ...flood, listener: 'none' }

/** @type {Case[]} */
export const CLIENT_CASES = [
  {
    id: 'in.flood', peer: PEER, run: client('inbound', flood),
    rows: [
      { id: 'in.flood.main', figure: 'mainUs', unit: 'µs/event', goal: 0.25 },
      { id: 'in.flood.total', figure: 'totalUs', unit: 'µs/event', goal: 0.7 },
      { id: 'in.flood.rate', figure: 'perSecond', unit: 'events/s', goal: 0.5, more: true },
    ],
  },
  {
    id: 'in.flood.delay', peer: PEER, run: client('inbound', { ...flood, delay: true }),
    rows: [{ id: 'in.flood.delay', figure: 'delayMs', unit: 'ms p99', goal: 0.3, limit: 5 }],
  },
  {
    id: 'in.lazy', peer: PEER, run: client('inbound', { ...flood, listener: 'lazy' }),
    rows: [{ id: 'in.lazy.main', figure: 'mainUs', unit: 'µs/event', goal: 0.1 }],
  },
  {
    id: 'in.unheard', peer: PEER, run: client('inbound', unheard),
    rows: [{ id: 'in.unheard.main', figure: 'mainUs', unit: 'µs/event', goal: 0.01 }],
  },
  {
    id: 'in.invalid', peer: PEER, run: client('invalid', { events: 100_000, warm: 100_000 }, { invalid: true }),
    rows: [{ id: 'in.invalid.main', figure: 'mainUs', unit: 'µs/event', goal: 0.05 }],
  },
  {
    id: 'in.paced', peer: PEER, run: client('inbound', { ...flood, events: 15_000, warm: 5_000, stamped: true }, { rate: 10_000 }, true),
    rows: [
      { id: 'in.paced.main', figure: 'mainUs', unit: 'µs/event', goal: 0.3 },
      { id: 'in.paced.p50', figure: 'p50Us', unit: 'µs', goal: 1 },
    ],
  },
  {
    id: 'out.burst', peer: 'ws + ajv', run: client('burst', { count: 64_000 }),
    rows: [
      { id: 'out.burst.main', figure: 'mainUs', unit: 'µs/message', goal: 0.25 },
      { id: 'out.burst.total', figure: 'totalUs', unit: 'µs/message', goal: 0.5 },
    ],
  },
  {
    id: 'out.paced', peer: 'ws + ajv', run: client('paced', { count: 1_500 }),
    rows: [{ id: 'out.paced.main', figure: 'mainUs', unit: 'µs/message', goal: 0.85 }],
  },
  {
    id: 'rtt.one', peer: 'ws + promise map', run: client('single', { count: 8_000 }, {}, true),
    rows: [{ id: 'rtt.one.p50', figure: 'p50Us', unit: 'µs', goal: 1.1 }],
  },
  {
    id: 'rtt.many', peer: 'ws + promise map', run: client('many', { count: 50_000 }),
    rows: [
      { id: 'rtt.many.rate', figure: 'perSecond', unit: 'answers/s', goal: 1 / 1.5, more: true },
      { id: 'rtt.many.main', figure: 'mainUs', unit: 'µs/answer', goal: 0.35 },
    ],
  },
]
