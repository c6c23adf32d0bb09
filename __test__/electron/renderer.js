// The `electron` module of a sandboxed preload script, for the isolated world of a page: it knows `ipcRenderer` alone, and
// everything it sends and hears goes over one binding to the test's process. This function is run in the page as text.
export function installRenderer() {
  /** @type {any} */
  const world = globalThis
  const toMain = world.smartagentToMain
  /** @type {Map<string, ((event: any, ...args: any[]) => void)[]>} */
  const listeners = new Map()
  /** @type {Map<string, MessagePort>} */
  const ports = new Map()
  let sent = 0
  const tell = (/** @type {object} */ message) => toMain(JSON.stringify(message))

  const bridge = (/** @type {string} */ id, /** @type {MessagePort} */ port) => {
    ports.set(id, port)
    port.addEventListener('message', ({ data }) => tell({ kind: 'data', port: id, data }))
    port.addEventListener('close', () => tell({ kind: 'closed', port: id }))
    port.start()
    return id
  }
  const ipcRenderer = {
    send: (/** @type {string} */ channel, /** @type {any[]} */ ...args) => tell({ kind: 'ipc', channel, args, ports: [] }),
    postMessage: (/** @type {string} */ channel, /** @type {any} */ message, /** @type {MessagePort[]} */ transfer = []) =>
      tell({ kind: 'ipc', channel, args: [message], ports: transfer.map((port) => bridge(`page-${++sent}`, port)) }),
    on: (/** @type {string} */ channel, /** @type {any} */ listener) => {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
    },
  }
  world.require = (/** @type {string} */ name) => {
    if (name !== 'electron') throw new Error(`module not found: ${name}`)
    return { ipcRenderer }
  }
  world.smartagentFromMain = (/** @type {any} */ message) => {
    if (message.kind === 'data') ports.get(message.port)?.postMessage(message.data)
    else if (message.kind === 'close') ports.get(message.port)?.close()
    else {
      const given = message.ports.map((/** @type {string} */ id) => {
        const { port1, port2 } = new MessageChannel()
        bridge(id, port1)
        return port2
      })
      for (const listener of listeners.get(message.channel) ?? []) listener({ sender: ipcRenderer, ports: given }, ...message.args)
    }
  }
}
