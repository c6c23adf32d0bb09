// @ts-check
// The results as people read them.

/** @typedef {import('./measure.js').Result} Result */

/** @param {Result[]} results */
export function table(results) {
  const lines = [['row', 'ours', 'peer', 'unit', 'ratio', 'aim', ''], ...results.map(cells)]
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)))
  return lines.map((line) => line.map((cell, n) => n === 0 || n === 3 || n === 6 ? cell.padEnd(widths[n]) : cell.padStart(widths[n])).join('  ').trimEnd()).join('\n')
}

/** @param {Result[]} results */
export function markdown(results) {
  const lines = [['row', 'ours', 'peer', 'unit', 'ratio', 'aim', ''], ['---', '--:', '--:', '---', '--:', '--:', '---'], ...results.map(cells)]
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n')
}

/** @param {Result} result */
function cells({ id, ours, peer, unit, ratio, goal, ok, error }) {
  return [id, figure(ours), figure(peer), unit, figure(ratio), `≤ ${figure(goal)}`, error ?? (ok ? 'ok' : 'MISSED')]
}

/** Three digits that count. @param {number | null} value */
export function figure(value) {
  if (value === null || Number.isNaN(value)) return '–'
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en')
  return value === 0 ? '0' : String(Number(value.toPrecision(3)))
}
