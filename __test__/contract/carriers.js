// The transports that a Node process has by itself. Others bring a carrier of the same shape.
import { createServer, connect } from 'node:net'
import { messagePort, SmartAgent, SmartAgentError, websocket } from '../../index.js'
import { SmartAgentHost } from '../../host.js'
import { OPEN_HOST } from '../../js/host-options.js'
import { openDesk } from '../../js/native.js'
import { dialledPort, OPEN } from '../../js/transports.js'
import { Desk } from './desk.js'
import { ORIGIN, PLUGIN, user } from './samples.js'
import { HOST } from './suite.js'

/**
 * @typedef {object} Carrier
 * @property {string} name
 * @property {readonly import('./suite.js').Ability[]} can
 * @property {(host: any) => Promise<{ context: import('./suite.js').Context, end: () => Promise<void> }>} start a host with these options and what a step needs
 */

/** @param {any} options */
const optionsOf = (options) => ({ user, ...HOST, ...options })

/**
 * @param {SmartAgentHost} host @param {() => any} transport @param {{ drop?: () => unknown, restore?: () => unknown, end?: () => unknown }} [link]
 */
function started(host, transport, link = {}) {
  /** @type {SmartAgent[]} */
  const clients = []
  const make = (options = {}) => {
    const client = new SmartAgent({ transport: transport(), plugin: { id: PLUGIN, version: '1.0.0' }, ...options })
    clients.push(client)
    return client
  }
  const end = async () => {
    await Promise.all(clients.map((client) => client.close()))
    await host.close()
    await link.end?.()
  }
  return { context: { make, SmartAgentError, desk: new Desk(host, link) }, end }
}

/** @type {Carrier} */
const overWebSocket = {
  name: 'WebSocket',
  can: ['drop', 'resume', 'again', 'paced', 'checks'],
  async start(options) {
    const host = new SmartAgentHost(optionsOf(options))
    const { port } = await host.listen({ port: 0 })
    const wire = await cuttableWire(port)
    return started(host, () => websocket(`ws://127.0.0.1:${wire.port}/link`, { token: host.token }), wire)
  },
}

/** Passes bytes on until it is cut. @param {number} target */
export async function cuttableWire(target) {
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set()
  let down = false
  const server = createServer((near) => {
    if (down) return near.destroy()
    const far = connect(target, '127.0.0.1')
    for (const [socket, other] of [[near, far], [far, near]]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => { sockets.delete(socket); other.destroy() })
      socket.pipe(other)
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const cut = () => { for (const socket of sockets) socket.destroy() }
  return {
    port: /** @type {import('node:net').AddressInfo} */ (server.address()).port,
    drop() { down = true; cut() },
    restore() { down = false },
    async end() { cut(); await new Promise((resolve) => server.close(resolve)) },
  }
}

/** @type {Carrier} */
const overPort = {
  name: 'worker_threads port',
  can: ['paced', 'checks'],
  async start(options) {
    const host = new SmartAgentHost(optionsOf(options))
    return started(host, () => {
      const { port1, port2 } = new MessageChannel()
      host.attachPort(port1, { plugin: PLUGIN, origin: ORIGIN })
      return messagePort(port2)
    })
  },
}

/** @type {Carrier} */
const overFetchedPorts = {
  name: 'port that is fetched anew',
  can: ['drop', 'resume', 'again', 'paced', 'checks'],
  async start(options) {
    const host = new SmartAgentHost(optionsOf(options))
    let down = false
    /** @type {Set<MessagePort>} */
    const open = new Set()
    const transport = dialledPort(async () => {
      if (down) throw new SmartAgentError('E_NO_HOST', 'nobody offers a port')
      const { port1, port2 } = new MessageChannel()
      open.add(/** @type {any} */ (port1))
      host.attachPort(port1, { plugin: PLUGIN, origin: ORIGIN })
      return port2
    })
    const drop = () => {
      down = true
      for (const port of open) port.close()
      open.clear()
    }
    return started(host, () => transport, { drop, restore: () => { down = false } })
  },
}

/** @type {Carrier} */
const inMemory = {
  name: 'memory',
  can: ['drop', 'resume', 'again', 'paced', 'checks'],
  async start(options) {
    /** @type {any} */
    let native
    let clients = 0
    const host = new SmartAgentHost(/** @type {any} */ ({
      ...optionsOf(options), authenticate: () => ({}),
      [OPEN_HOST]: (/** @type {string} */ json, /** @type {() => void} */ wake) => (native = openDesk(json, Date.now(), 1, wake)),
    }))
    // Its clock only moves when it is told to.
    let last = performance.now()
    const clock = setInterval(() => {
      const now = performance.now()
      native.advance(Math.floor(now - last))
      last += Math.floor(now - last)
    }, 2)
    const transport = { kind: 'memory', [OPEN]: (/** @type {any} */ given, /** @type {() => void} */ wake) => native.connect(JSON.stringify(given), ++clients, wake) }
    return started(host, () => transport, { drop: () => native.dropLinks(), restore: () => native.restore(), end: () => clearInterval(clock) })
  },
}

/** @type {readonly Carrier[]} */
export const CARRIERS = [overWebSocket, overPort, overFetchedPorts, inMemory]
