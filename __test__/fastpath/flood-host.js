// A host in a process of its own that floods whoever says hello, as far as the window allows.
import { WebSocketServer } from 'ws'

const WINDOW = 256
const [count = 0, size = 0] = process.argv.slice(2).map(Number)
const state = (/** @type {string} */ name) => ({ name, type: 'routable', agentStateARN: 'a'.repeat(80), startTimestamp: 1_790_000_000_000 })
const payload = JSON.stringify({ nextState: state('x'.repeat(size)), previous: null, current: state('Busy') })
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'smartagent.link.v1' })
server.on('listening', () => process.send?.({ port: /** @type {any} */ (server.address()).port }))
server.on('connection', (socket) => {
  let [sent, acked] = [0, 0]
  const pump = () => {
    while (sent < count && sent - acked < WINDOW) socket.send(`{"type":"event","seq":${++sent},"event":"next_status","timestamp":${sent},"payload":${payload}}`)
  }
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data))
    if (frame.type === 'hello') {
      socket.send(JSON.stringify({
        type: 'welcome', version: 1, session: 's_flood', resumeToken: 'r_1', resumed: false, received: 0, reason: 'new',
        plugin: { id: 'anonymous' }, granted: ['call:observe', 'agent:read'], denied: [],
        limits: { maxFrameBytes: 131_072, window: WINDOW, windowBytes: 1_048_576, ratePerSecond: 0, burst: 0 },
        heartbeat: { intervalMs: 15_000, timeoutMs: 10_000 }, resumeWindowMs: 120_000, time: Date.now(),
        host: { name: 'flood', version: '0', source: 'host' },
        snapshot: { user: null, companyId: null, contacts: [], focusedContactId: null, visible: true },
      }))
    }
    if (frame.ack > acked) {
      if (frame.ack > sent) process.send?.({ wrong: `ack ${frame.ack} of ${sent}` })
      acked = frame.ack
    }
    pump()
    if (acked === count) process.send?.({ acked })
  })
})
