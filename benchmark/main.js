// @ts-check
// `npm run bench [-- --json] [--only <id>] [--quick] [--write]`: the SDK beside its peers. See docs/performance.md.
import { parseArgs } from 'node:util'
import { progress, runAsProgram } from '../scripts/steps.mjs'
import { build } from './build.js'
import { growAll, SERIES } from './growth.js'
import { measure } from './measure.js'
import { CLIENT_CASES } from './plan.js'
import { HOST_CASES } from './plan-host.js'
import { PAGE_ROWS, pageRows } from './plan-page.js'
import { START_CASES } from './plan-start.js'
import { write } from './report.js'
import { table } from './table.js'

const HELP = `npm run bench -- [flags]
  --only <id>   rows whose id begins so, as in.flood or host; may be repeated
  --quick       fewer and shorter runs: under two minutes, for orientation
  --json        ends with one line {"rows":[…]}
  --write       writes docs/performance.md and its plots
  --pairs <n>   runs of each side, 5 unless told otherwise
  --no-build    measures what was built last
  --dev         takes development builds: for a try of the harness, not for figures
`

const CASES = [...CLIENT_CASES, ...HOST_CASES, ...START_CASES]

await runAsProgram(import.meta.url, async () => {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true }, quick: { type: 'boolean' }, json: { type: 'boolean' }, help: { type: 'boolean' },
      write: { type: 'boolean' }, 'no-build': { type: 'boolean' }, dev: { type: 'boolean' }, pairs: { type: 'string' },
    },
  })
  if (values.help) return process.stdout.write(HELP), 0
  const wanted = (/** @type {string} */ id) => values.only === undefined || values.only.some((prefix) => id.startsWith(prefix))
  const cases = CASES.map((plan) => ({ ...plan, rows: plan.rows.filter((row) => wanted(row.id)) })).filter((plan) => plan.rows.length > 0)
  const series = SERIES.filter(({ id }) => wanted(id))
  const pages = PAGE_ROWS.some(({ id }) => wanted(id))
  if (cases.length + series.length === 0 && !pages) return progress(`no row begins with ${values.only?.join(' or ')}`), 1
  const context = { traffic: await build({ dev: values.dev, asIs: values['no-build'] }), scale: values.quick ? 0.2 : 1 }
  const pairs = Number(values.pairs ?? (values.quick ? 2 : 5))
  const results = []
  for (const plan of cases) results.push(...await measure(plan, context, values.quick && plan.heavy ? 1 : pairs, progress))
  if (pages) results.push(...(await pageRows(pairs, context.scale, progress)).filter(({ id }) => wanted(id)))
  const { growths, rows } = await growAll(series, context, values.quick ? 1 : 2, progress)
  results.push(...rows)
  process.stdout.write(`${table(results)}\n`)
  if (values.write) await write(results, growths, pairs)
  if (values.json) process.stdout.write(`${JSON.stringify({ rows: results })}\n`)
  return results.some((result) => result.error !== undefined) ? 1 : 0
})
