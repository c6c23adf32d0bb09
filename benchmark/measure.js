// @ts-check
// Alternating runs of one case, and the rows that follow from them.

/**
 * @typedef {import('./plan.js').Case} Case
 * @typedef {import('./plan.js').Figures} Figures
 * @typedef {object} Result
 * @property {string} id
 * @property {number | null} ratio smaller is better
 * @property {number} goal
 * @property {boolean} ok
 * @property {number | null} ours
 * @property {number | null} peer
 * @property {string} unit
 * @property {number} pairs
 * @property {string} [error] why there are no figures
 */

/**
 * A B A B …: what one side suffers from the machine, the other suffers too.
 * @param {Case} plan @param {import('./plan.js').Context} context @param {number} pairs @param {(text: string) => void} say
 * @returns {Promise<Result[]>}
 */
export async function measure(plan, context, pairs, say) {
  /** @type {Figures[]} */
  const ours = []
  /** @type {Figures[]} */
  const peer = []
  try {
    for (let pair = 0; pair < (plan.once ? 1 : pairs); pair++) {
      say(`${plan.id} ${pair + 1}/${pairs}`)
      ours.push(checked(await plan.run('ours', context), plan.id, 'ours'))
      if (plan.alone !== true) peer.push(checked(await plan.run('peer', context), plan.id, 'peer', ours.at(-1)))
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return plan.rows.map(({ id, unit, goal }) => ({ id, ratio: null, goal, ok: false, ours: null, peer: null, unit, pairs: peer.length, error: message }))
  }
  return plan.rows.map((row) => result(row, ours, peer))
}

/** Both sides must have received everything, and the same. @param {Figures} figures @param {string} id @param {string} side @param {Figures} [other] */
function checked(figures, id, side, other) {
  const { received, expected, checksum } = figures
  if (received !== expected) throw new Error(`${id}: ${side} received ${received} of ${expected}`)
  if (other !== undefined && other.checksum !== checksum) throw new Error(`${id}: the sides read different things (${other.checksum}, ${checksum})`)
  return figures
}

/** @param {import('./plan.js').Row} row @param {Figures[]} ours @param {Figures[]} peer @returns {Result} */
function result({ id, figure, unit, goal, more = false, limit }, ours, peer) {
  const of = (/** @type {Figures[]} */ side) => side.map((figures) => figures[figure])
  const mine = median(of(ours))
  const base = { id, goal, unit, pairs: ours.length, ours: mine }
  if (peer.length === 0) {
    const ratio = more ? /** @type {number} */ (limit) / mine : mine / /** @type {number} */ (limit)
    return { ...base, ratio, ok: ratio <= goal, peer: null }
  }
  const theirs = of(peer)
  const ratio = median(of(ours).map((value, n) => more ? theirs[n] / value : value / theirs[n]))
  return { ...base, ratio, ok: ratio <= goal && (limit === undefined || mine <= limit), peer: median(theirs) }
}

/** @param {number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
