// @ts-check
// `node benchmark/page-rtt.js [--pairs <n>] [--json]`: the round trip of `getUser` from a plugin's page, beside penpal and
// comlink. All three ask the same thing of the same place: the plugin's frame is on another site than the desktop's page,
// and the answer comes from a process behind that page, over a WebSocket. Ours is `SmartAgent`, `embedPlugin` and
// `SmartAgentHost`; the others are the library between the pages, and `ws` with a map of promises behind them.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { WebSocketServer } from 'ws'
import { launchBrowser } from '../__test__/browser/launch.js'
import { Site } from '../__test__/browser/site.js'
import { user } from '../__test__/desk.js'
import { SmartAgentHost } from '../host.js'
import { runAsProgram } from '../scripts/steps.mjs'
import { median } from './measure.js'

const CONTESTANTS = /** @type {const} */ (['ours', 'penpal', 'comlink'])
const WARM_BATCHES = 20
/** What a bundler would find by name. */
const IMPORTS = {
  'smartagent-plugin-sdk': '/sdk/js/browser/index.js', 'smartagent-plugin-sdk/embed': '/sdk/embed.js',
  comlink: '/sdk/node_modules/comlink/dist/esm/comlink.mjs', penpal: '/sdk/node_modules/penpal/dist/penpal.mjs',
}

/** @typedef {typeof CONTESTANTS[number]} Contestant */

/**
 * Alternating runs, each in a page of its own.
 * @param {{pairs?: number, batches?: number, say?: (text: string) => void}} [options] a batch is 20 calls, one after the other
 * @returns {Promise<{ours: number, penpal: number, comlink: number, ratio: {penpal: number, comlink: number}, pairs: number, unit: string}>}
 *   medians over the runs, in microseconds a call; the ratios are medians over the pairs, below 1 where ours is faster
 */
export async function pageRoundTrips({ pairs = 5, batches = 60, say = () => {} } = {}) {
  const stage = await setStage()
  try {
    /** @type {Record<Contestant, number[]>} */
    const runs = { ours: [], penpal: [], comlink: [] }
    for (let pair = 0; pair < pairs; pair++) {
      say(`page.rtt ${pair + 1}/${pairs}`)
      for (const contestant of CONTESTANTS) runs[contestant].push(await stage.measure(contestant, batches))
    }
    const ratio = (/** @type {Contestant} */ peer) => median(runs.ours.map((own, pair) => own / /** @type {number} */ (runs[peer][pair])))
    return {
      ours: median(runs.ours), penpal: median(runs.penpal), comlink: median(runs.comlink),
      ratio: { penpal: ratio('penpal'), comlink: ratio('comlink') }, pairs, unit: 'µs/call',
    }
  } finally {
    await stage.close()
  }
}

async function setStage() {
  const [desktop, plugin] = [await site('desktop.test', 'desktop.js'), await site('plugin.test', 'plugin.js')]
  const host = new SmartAgentHost({ companyId: 'acme', user, allowedOrigins: [desktop.origin], limits: { ratePerSecond: 0 } })
  const { url } = await host.listen({ port: 0 })
  const peer = await peerServer()
  const browser = await launchBrowser()
  /** @param {Contestant} contestant @param {number} batches */
  const measure = async (contestant, batches) => {
    const page = await browser.newPage()
    const query = new URLSearchParams({
      contestant, host: url, token: /** @type {string} */ (host.token), peer: peer.url,
      plugin: plugin.url(`/page?${new URLSearchParams({ contestant, desktop: desktop.origin })}`),
    })
    await page.goto(desktop.url(`/page?${query}`))
    const frame = /** @type {import('playwright-core').Frame} */ (await eventually(() => page.frames()[1]))
    await frame.waitForFunction('window.measure')
    await frame.evaluate(`measure(${WARM_BATCHES})`)
    const { figures, last } = /** @type {{figures: number[], last: object}} */ (await frame.evaluate(`measure(${batches})`))
    await page.close()
    const answer = JSON.stringify(last)
    if (answer !== JSON.stringify(user)) throw new Error(`${contestant} got another answer: ${answer}`)
    return median(figures)
  }
  const close = async () => void await Promise.all([browser.close(), host.close(), peer.close(), desktop.close(), plugin.close()])
  return { measure, close }
}

/** @param {string} name @param {string} script */
async function site(name, script) {
  const opened = await Site.open(name)
  return opened.page('/page', readFileSync(new URL(`page/${script}`, import.meta.url), 'utf8'), { body: `<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>` })
}

/** The least that answers a question: no checks, no permissions, no numbers. @returns {Promise<{url: string, close(): Promise<void>}>} */
function peerServer() {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  server.on('connection', (socket) => socket.on('message', (data) => {
    const { id } = JSON.parse(String(data))
    socket.send(JSON.stringify({ id, result: user }))
  }))
  return new Promise((resolve) => server.once('listening', () => resolve({
    url: `ws://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`,
    close: () => new Promise((done) => {
      for (const socket of server.clients) socket.terminate()
      server.close(() => done())
    }),
  })))
}

/** @template T @param {() => T | undefined} look @returns {Promise<T>} */
async function eventually(look) {
  for (let tries = 0; tries < 1_000; tries++) {
    const found = look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('the desktop\'s page shows no frame')
}

await runAsProgram(import.meta.url, async () => {
  const { values } = parseArgs({ options: { pairs: { type: 'string' }, json: { type: 'boolean' } } })
  const result = await pageRoundTrips({ pairs: Number(values.pairs ?? 5), say: (text) => process.stderr.write(`${text}\n`) })
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
  else {
    process.stdout.write('getUser from a plugin\'s iframe (another site) to a process behind the desktop\'s page, over one WebSocket; median of '
      + `${result.pairs} alternating runs\n`)
    for (const name of CONTESTANTS) process.stdout.write(`  ${name.padEnd(8)} ${result[name].toFixed(0).padStart(6)} ${result.unit}\n`)
    for (const [name, ratio] of Object.entries(result.ratio)) process.stdout.write(`  ours / ${name.padEnd(8)} ${ratio.toFixed(2)}\n`)
  }
  return 0
})
