// The desktop's page: one frame, linked to the host's process by the contestant that the address names.
import * as comlink from 'comlink'
import { WindowMessenger, connect } from 'penpal'
import { embedPlugin } from 'smartagent-plugin-sdk/embed'

const query = new URLSearchParams(location.search)
const [contestant, plugin, host, token, peer] = ['contestant', 'plugin', 'host', 'token', 'peer'].map((name) => String(query.get(name)))
const { origin } = new URL(plugin)
const frame = document.createElement('iframe')
const show = () => {
  document.body.append(frame)
  return /** @type {Window} */ (frame.contentWindow)
}

/** What a desktop without the SDK has: one socket to its process, and a promise for each question. */
async function ownSocket() {
  const socket = new WebSocket(peer)
  await new Promise((resolve) => { socket.onopen = resolve })
  const waiting = new Map()
  let last = 0
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(data)
    waiting.get(id)(result)
    waiting.delete(id)
  }
  return (/** @type {string} */ method) => new Promise((resolve) => {
    waiting.set(++last, resolve)
    socket.send(JSON.stringify({ id: last, method }))
  })
}

/** @type {Record<string, () => Promise<void>>} */
const CONTESTANTS = {
  async ours() {
    show()
    embedPlugin(frame, { url: plugin, plugin: 'benchmark.page', host, token })
  },
  async penpal() {
    const ask = await ownSocket()
    const remoteWindow = show()
    frame.src = plugin
    connect({ messenger: new WindowMessenger({ remoteWindow, allowedOrigins: [origin] }), methods: { getUser: () => ask('get_user') } })
  },
  async comlink() {
    const ask = await ownSocket()
    const remoteWindow = show()
    await new Promise((resolve) => {
      frame.onload = resolve
      frame.src = plugin
    })
    comlink.expose({ getUser: () => ask('get_user') }, comlink.windowEndpoint(remoteWindow, self, origin))
    remoteWindow.postMessage('exposed', origin)
  },
}
await CONTESTANTS[contestant]?.()
