// @ts-check
// A fresh process until the link is ready: `start.js <ours|ws|bare> <url>`. Nothing is imported that the side does not need.
const [side, url] = process.argv.slice(2)

async function ours() {
  const { SmartAgent, websocket } = await import('smartagent-plugin-sdk')
  const sm = new SmartAgent({ transport: websocket(url) })
  const { user } = await sm.init()
  return Number(user?.username === 'ada')
}

/** hello and welcome by hand. */
async function ws() {
  const { default: WebSocket } = await import('ws')
  const socket = new WebSocket(url, 'smartagent.link.v1', { perMessageDeflate: false })
  socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', versions: [1], plugin: { instance: 'ws' }, sdk: { name: 'ws', version: '8' } })))
  return await new Promise((/** @type {(ready: number) => void} */ resolve) => socket.on('message', (data) => {
    const frame = JSON.parse(data.toString())
    if (frame.type === 'welcome') resolve(Number(frame.snapshot.user.username === 'ada'))
  }))
}

const start = performance.now()
const received = side === 'bare' ? 1 : await (side === 'ours' ? ours() : ws())
const readyMs = performance.now() - start
process.stdout.write(`${JSON.stringify({ received, expected: 1, checksum: 0, readyMs, rss: process.memoryUsage.rss() })}\n`)
process.exit(0)
