// @ts-check
// The rows of a plugin's page. They measure three contestants at once, in one browser.

/** @typedef {import('./measure.js').Result} Result */

/** @type {Pick<Result, 'id' | 'goal' | 'unit'>[]} */
export const PAGE_ROWS = [
  { id: 'page.rtt.penpal', goal: 1, unit: 'µs/call' },
  { id: 'page.rtt.comlink', goal: 1, unit: 'µs/call' },
]

/** @param {number} pairs @param {number} scale @param {(text: string) => void} say @returns {Promise<Result[]>} */
export async function pageRows(pairs, scale, say) {
  try {
    // Loaded late: it starts a browser, and most runs want none.
    const { pageRoundTrips } = await import(new URL('page-rtt.js', import.meta.url).href)
    const figures = await pageRoundTrips({ pairs, batches: Math.max(10, Math.round(60 * scale)), say })
    return PAGE_ROWS.map((row) => {
      const peer = row.id.slice('page.rtt.'.length)
      const ratio = figures.ratio[peer]
      return { ...row, ratio, ok: ratio <= row.goal, ours: figures.ours, peer: figures[peer], pairs }
    })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return PAGE_ROWS.map((row) => ({ ...row, ratio: null, ok: false, ours: null, peer: null, pairs: 0, error: message.split('\n')[0] }))
  }
}
