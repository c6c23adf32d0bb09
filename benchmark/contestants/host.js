// @ts-check
// One contestant of the host's side: `host.js <ours|ws> <options as JSON>`. It prints its port, and after each line it
// is told, what that cost: {"broadcasts", "everyMs", "together"}.
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { spent, tell, wallMicros } from './meter.js'

const [side, options] = process.argv.slice(2)
const { links } = JSON.parse(options)

/** An event that anybody may get; the member `us` says when it left. */
const status = () => {
  const state = { name: 'Available', type: 'routable', agentStateARN: 'arn:aws:connect:eu-west-2:123456789012:instance/i-1/agent-state/s-1', startTimestamp: 1_790_000_000_000 }
  return { us: Math.floor(wallMicros()), nextState: null, previous: state, current: state }
}

async function ours() {
  const { SmartAgentHost } = await import('../../host.js')
  const host = new SmartAgentHost({ companyId: 'acme', limits: { ratePerSecond: 0, sessions: links + 1_000 } })
  host.on('error', (error) => console.error(error))
  const { port } = await host.listen({ port: 0 })
  return { port, token: host.token, broadcast: (/** @type {number} */ together) => {
    for (let n = 0; n < together; n++) host.emit('next_status', /** @type {any} */ (status()))
  } }
}

/** The frame is made once; a socket gets all of a tick in one write. */
async function ws() {
  const { Sender, WebSocketServer } = /** @type {any} */ (await import('ws'))
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  const welcome = JSON.stringify({ type: 'welcome', version: 1, session: 's', resumeToken: 'r', resumed: false })
  server.on('connection', (/** @type {import('ws').WebSocket} */ socket) => socket.once('message', () => socket.send(welcome)))
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  let seq = 0
  return { port, token: '', broadcast: (/** @type {number} */ together) => {
    const frames = Array.from({ length: together }, () => encoded(Sender, JSON.stringify({ type: 'event', seq: ++seq, event: 'next_status', timestamp: Date.now(), payload: status() })))
    for (const client of server.clients) {
      const { _socket: socket } = /** @type {any} */ (client)
      if (together > 1) socket.cork()
      for (const frame of frames) socket.write(frame)
      if (together > 1) socket.uncork()
    }
  } }
}

function collect() {
  globalThis.gc?.()
}

/** @param {any} Sender @param {string} text @returns {Buffer} */
function encoded(Sender, text) {
  return Buffer.concat(Sender.frame(Buffer.from(text), { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: false }))
}

const { port, token, broadcast } = await (side === 'ours' ? ours() : ws())
collect()
tell({ port, token, rss: process.memoryUsage.rss() })
for await (const line of createInterface({ input: process.stdin })) {
  const { broadcasts, everyMs, together } = JSON.parse(line)
  collect()
  const rss = process.memoryUsage.rss()
  const before = await spent()
  for (let n = 0; n < broadcasts; n++) {
    broadcast(together)
    await sleep(everyMs)
  }
  const after = await spent()
  tell({ rss, totalUs: (after.total - before.total) / Math.max(1, broadcasts * together * links), mainUs: (after.main - before.main) / Math.max(1, broadcasts * together * links) })
}
