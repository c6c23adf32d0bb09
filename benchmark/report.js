// @ts-check
// What `--write` leaves: docs/performance.md with the table, and a plot of each growth.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import * as echarts from 'echarts'
import { ROOT, run } from '../scripts/steps.mjs'
import { figure, markdown } from './table.js'

/** @typedef {import('./growth.js').Growth} Growth @typedef {import('./measure.js').Result} Result */

const [BEGIN, END] = ['<!-- results: begin (npm run bench -- --write) -->', '<!-- results: end -->']
const PAGE = path.join(ROOT, 'docs', 'performance.md')
const PLOTS = path.join(ROOT, 'docs', 'performance')
const PEERS = ['ws', 'ajv', 'penpal', 'comlink']

/** @param {Result[]} results @param {Growth[]} growths @param {number} pairs */
export async function write(results, growths, pairs) {
  mkdirSync(PLOTS, { recursive: true })
  for (const growth of growths) writeFileSync(path.join(PLOTS, `${growth.series.id}.svg`), plot(growth))
  const text = readFileSync(PAGE, 'utf8')
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error('docs/performance.md has lost the marks between which the results stand')
  const part = [BEGIN, await machine(pairs), markdown(results), ...growths.map(section), END].join('\n\n')
  writeFileSync(PAGE, text.slice(0, from) + part + text.slice(to + END.length))
}

/** @param {number} pairs */
async function machine(pairs) {
  const require = createRequire(import.meta.url)
  const version = (/** @type {string} */ name) => `${name} ${JSON.parse(readFileSync(path.join(require.resolve.paths(name)?.[1] ?? '', name, 'package.json'), 'utf8')).version}`
  const { output: rust } = await run('rustc', ['--version'], { quiet: true })
  const [cpu] = os.cpus()
  return `Measured on ${os.cpus().length} × ${cpu.model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GB, ${os.type()} ${os.release()}, Node ${process.versions.node}, `
    + `${rust.trim()}; peers ${PEERS.map(version).join(', ')}. Medians of ${pairs} alternating pairs.`
}

/** @param {Growth} growth */
function section({ series, points }) {
  const lines = Object.entries(points).map(([side, list]) => `${side} ${list.map(({ size, cost }) => `${figure(size)}: ${figure(cost)}`).join(', ')}`)
  return `![${series.unit} by ${series.what}](performance/${series.id}.svg)\n\n${series.unit} by ${series.what}: ${lines.join('; ')}.`
}

/** Both axes are logarithmic, so a straight line of slope one is linear growth. @param {Growth} growth */
export function plot({ series, points }) {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 640, height: 360 })
  const [first, last] = [points.ours[0], /** @type {{ size: number, cost: number }} */ (points.ours.at(-1))]
  const linear = [[first.size, first.cost], [last.size, first.cost * last.size / first.size]]
  chart.setOption({
    animation: false, title: { text: `${series.unit} by ${series.what}`, textStyle: { fontSize: 13 } }, legend: { bottom: 0 },
    grid: { left: 70, right: 20, top: 40, bottom: 60 },
    xAxis: { type: 'log', name: '' }, yAxis: { type: 'log' },
    series: [
      ...Object.entries(points).map(([side, list]) => ({ name: side, type: 'line', data: list.map(({ size, cost }) => [size, cost]) })),
      { name: 'linear', type: 'line', data: linear, lineStyle: { type: 'dashed' }, symbol: 'none' },
    ],
  })
  const svg = chart.renderToSVGString()
  chart.dispose()
  return `${svg}\n`
}
