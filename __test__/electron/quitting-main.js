// A main process that quits in the middle of a handshake: argv has what it was doing and the port of a host that says nothing.
// Nothing but what the SDK left behind can keep it alive.
import { EventEmitter } from 'node:events'

import { SmartAgent } from 'smartagent-plugin-sdk'
import { connectPlugin, parentPort } from 'smartagent-plugin-sdk/electron/main'

import { MessageChannelMain } from './message-ports.js'
import './stage.js'

const [, , what, port] = process.argv
const electron = { MessageChannelMain, webContents: { fromFrame: () => undefined } }

const frame = (/** @type {object} */ facts) => ({
  name: '', origin: 'app://plugin', detached: false, framesInSubtree: /** @type {any[]} */ ([]), postMessage(/** @type {any[]} */ ...said) { posted.push(said) }, ...facts,
})
/** @type {any[][]} */
const posted = []
const main = frame({ frameTreeNodeId: 1, parent: null })
main.framesInSubtree = [main, frame({ frameTreeNodeId: 2, parent: main })]
let destroyed = false
const window = /** @type {any} */ (Object.assign(new EventEmitter(), { ipc: new EventEmitter(), mainFrame: main, isDestroyed: () => destroyed }))

if (what === 'relay') {
  connectPlugin(window, { url: `ws://127.0.0.1:${port}/link`, token: 'x', electron })
  window.ipc.emit('smartagent.port?', { senderFrame: main, ports: [] }, 'n-1')
  const [, , [link]] = /** @type {any} */ (posted[0])
  link.start()
  link.postMessage('{"type":"hello","versions":[1],"plugin":{"instance":"i"},"sdk":{"name":"s","version":"1"}}')
} else {
  new SmartAgent({ transport: parentPort(window, { electron }) }).init().catch(({ code }) => process.stdout.write(`init: ${code}\n`))
}

setTimeout(() => {
  process.stdout.write(`quits after ${posted.length} posts\n`)
  destroyed = true
  window.emit('destroyed')
}, 600)
