// @ts-check
// How the cost grows: three sizes of what there can be much of. Nothing may grow faster than its size.
import { median } from './measure.js'
import { client } from './plan.js'
import { crowd } from './plan-host.js'
import { traffic } from './processes.js'

/**
 * @typedef {import('./plan.js').Side} Side @typedef {import('./plan.js').Context} Context
 * @typedef {object} Series
 * @property {string} id
 * @property {string} what what is on the x axis
 * @property {string} unit of the cost
 * @property {number[]} sizes
 * @property {number[]} [quick] smaller ones, for a quick run
 * @property {Side[]} sides
 * @property {(side: Side, size: number, context: Context) => Promise<{ size?: number, cost: number }>} cost
 * @typedef {{ series: Series, points: Record<string, { size: number, cost: number }[]> }} Growth
 */

/** Events of that many bytes; the source says how many they are exactly. @param {number} bytes */
const sized = (bytes) => client('inbound', {
  event: bytes < 600 ? 'next_status' : 'incoming_call', events: Math.max(1_000, Math.min(60_000, Math.round(40e6 / bytes))), listener: 'reads',
}, { bytes })

/** @type {Series[]} */
export const SERIES = [
  {
    id: 'growth.payload', what: 'bytes of an event', unit: 'µs of the main thread/event', sizes: [200, 2_048, 65_536], sides: ['ours', 'peer'],
    async cost(side, bytes, context) {
      const { mainUs, frameBytes } = await sized(bytes)(side, context)
      return { size: frameBytes, cost: mainUs }
    },
  },
  {
    id: 'growth.listeners', what: 'listeners of an event', unit: 'µs of the main thread/event', sizes: [1, 10, 1_000], sides: ['ours', 'peer'],
    async cost(side, listeners, context) {
      const events = Math.min(60_000, Math.round(2e6 / listeners))
      return { cost: (await client('inbound', { event: 'incoming_call', events, listener: 'reads', listeners })(side, context)).mainUs }
    },
  },
  {
    id: 'growth.links', what: 'live links of a host', unit: 'µs of processor time/broadcast', sizes: [100, 1_000, 10_000], quick: [100, 500, 2_000], sides: ['ours', 'peer'],
    async cost(side, links, context) {
      const broadcasts = Math.max(5, Math.min(60, Math.round(60_000 / links)))
      const { totalUs } = await crowd({ links, broadcasts, everyMs: Math.max(10, links / 50) })(side, context)
      return { cost: totalUs * links }
    },
  },
  {
    id: 'growth.contacts', what: 'contacts of an agent, 10 connections each', unit: 'µs/snapshot', sizes: [1, 10, 50], sides: ['ours'],
    async cost(_side, contacts, context) {
      const engine = traffic(context.traffic, 'engine', { contacts, ms: Math.max(100, Math.round(500 * context.scale)) })
      try {
        return { cost: 1e6 / (await engine.next()).snapshotsPerSecond }
      } finally {
        await engine.stop()
      }
    },
  },
]

/** @param {Series} series @param {Context} context @param {number} pairs @param {(text: string) => void} say @returns {Promise<Growth>} */
async function grow(series, context, pairs, say) {
  /** @type {Growth['points']} */
  const points = Object.fromEntries(series.sides.map((side) => [side, []]))
  for (const wanted of context.scale < 1 ? series.quick ?? series.sizes : series.sizes) {
    say(`${series.id} ${wanted}`)
    /** @type {Record<string, number[]>} */
    const costs = Object.fromEntries(series.sides.map((side) => [side, []]))
    let size = wanted
    for (let pair = 0; pair < pairs; pair++) {
      for (const side of series.sides) {
        const measured = await series.cost(side, wanted, context)
        size = measured.size ?? wanted
        costs[side].push(measured.cost)
      }
    }
    for (const side of series.sides) points[side].push({ size, cost: median(costs[side]) })
  }
  return { series, points }
}

/** The steepest step beside a straight line: above 1 it grows faster than its size. @param {{ size: number, cost: number }[]} points */
export function steepest(points) {
  return Math.max(...points.slice(1).map(({ size, cost }, n) => (cost / points[n].cost) / (size / points[n].size)))
}

/** @param {Growth} growth @param {number} pairs @returns {import('./measure.js').Result} */
function growthRow({ series, points }, pairs) {
  const ratio = steepest(points.ours)
  return {
    id: series.id, ratio, goal: 1, ok: ratio <= 1, ours: ratio, peer: points.peer === undefined ? null : steepest(points.peer),
    unit: 'steepest step, linear is 1', pairs,
  }
}

/** @param {Series[]} series @param {Context} context @param {number} pairs @param {(text: string) => void} say */
export async function growAll(series, context, pairs, say) {
  /** @type {Growth[]} */
  const growths = []
  /** @type {import('./measure.js').Result[]} */
  const rows = []
  for (const one of series) {
    try {
      const growth = await grow(one, context, pairs, say)
      growths.push(growth)
      rows.push(growthRow(growth, pairs))
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      rows.push({ id: one.id, ratio: null, goal: 1, ok: false, ours: null, peer: null, unit: one.unit, pairs: 0, error: message })
    }
  }
  return { growths, rows }
}
