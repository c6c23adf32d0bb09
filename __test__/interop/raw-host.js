// A host written with `ws` and protocol.md alone, sharing no code with the SDK.
import { once } from 'node:events'
import { WebSocketServer } from 'ws'

/** @param {import('node:test').TestContext} t @param {(link: any, frame: any) => void} onFrame */
export async function rawHost(t, onFrame, port = 0) {
  const server = new WebSocketServer({ port, host: '127.0.0.1', handleProtocols: () => 'smartagent.link.v1' })
  await once(server, 'listening')
  t.after(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  /** @type {any[]} */
  const links = []
  server.on('connection', (socket) => {
    const link = {
      socket,
      seq: 0,
      frames: /** @type {any[]} */ ([]),
      send: (/** @type {object} */ frame) => socket.send(JSON.stringify(frame)),
      reliable: (/** @type {object} */ frame) => link.send({ ...frame, seq: ++link.seq }),
      welcome: (/** @type {object} */ more = {}) => link.send(welcome(more)),
    }
    links.push(link)
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data))
      link.frames.push(frame)
      onFrame(link, frame)
    })
  })
  return { url: `ws://127.0.0.1:${/** @type {any} */ (server.address()).port}/link`, links }
}



/** @param {object} more */
function welcome(more) {
  return {
    type: 'welcome', version: 1, session: 's_raw', resumeToken: 'r_1', resumed: false, received: 0, reason: 'new',
    plugin: { id: 'anonymous' }, granted: ['call:observe', 'agent:read', 'ui:notify'], denied: [],
    limits: { maxFrameBytes: 131_072, window: 256, windowBytes: 1_048_576, ratePerSecond: 0, burst: 0 },
    heartbeat: { intervalMs: 15_000, timeoutMs: 10_000 }, resumeWindowMs: 120_000, time: Date.now(),
    host: { name: 'raw', version: '0', source: 'host' },
    snapshot: { user: null, companyId: 'raw-co', contacts: [], focusedContactId: null, visible: true },
    ...more,
  }
}
