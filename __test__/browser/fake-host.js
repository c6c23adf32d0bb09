// A host under a test's control: what it sends and how it closes is up to the test.
import { WebSocketServer } from 'ws'

export const WELCOME = JSON.stringify({
  type: 'welcome', version: 1, session: 's_1', resumeToken: 'r_1', resumed: false, reason: 'new', received: 0, plugin: { id: 'acme.crm' }, granted: [], denied: [],
  limits: { maxFrameBytes: 131_072, window: 256, windowBytes: 1_048_576, ratePerSecond: 20, burst: 100 }, heartbeat: { intervalMs: 15_000, timeoutMs: 10_000 },
  resumeWindowMs: 120_000, time: 1, host: { name: 'fake', version: '0', source: 'host' }, snapshot: {},
})

/**
 * @param {import('node:test').TestContext} t
 * @param {(socket: import('ws').WebSocket, hello: any, dial: number) => void} greeted called with the first frame of each dial
 */
export async function startFakeHost(t, greeted) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  /** @type {{at: number, hello: any, protocol: string, closed?: number}[]} */
  const dials = []
  server.on('connection', (socket) => socket.once('message', (data) => {
    const dial = { at: performance.now(), hello: JSON.parse(String(data)), protocol: socket.protocol }
    socket.once('close', (code) => Object.assign(dial, { closed: code }))
    dials.push(dial)
    greeted(socket, dial.hello, dials.length)
  }))
  t.after(() => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  })
  await new Promise((resolve) => server.once('listening', resolve))
  return { url: `ws://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}/link`, dials, server }
}
