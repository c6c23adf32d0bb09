// One document of a frame, as Electron's main process knows it.
import { MessageChannelMain } from './message-ports.js'

/** @typedef {import('./message-ports.js').MessagePortMain} MessagePortMain */

/** Frame ids of the browser as the numbers that Electron gives. @type {Map<string, number>} */
const nodes = new Map()

/** One document of a frame: what `senderFrame` is. */
export class WebFrameMain {
  /** @type {Map<string, MessagePortMain>} */
  #ports = new Map()
  #sent = 0
  detached = false

  /**
   * @param {import('./web-contents.js').WebContents} webContents @param {import('./cdp.js').Session} session
   * @param {{id: number, origin: string, frameId: string}} context the isolated world
   */
  constructor(webContents, session, { id, origin, frameId }) {
    this.webContents = webContents
    this.session = session
    this.contextId = id
    this.frameId = frameId
    this.origin = origin
    if (!nodes.has(frameId)) nodes.set(frameId, nodes.size + 1)
    this.frameTreeNodeId = /** @type {number} */ (nodes.get(frameId))
  }

  get name() {
    return this.webContents.facts(this.frameId).name ?? ''
  }

  get url() {
    return this.webContents.facts(this.frameId).url ?? ''
  }

  /** @returns {WebFrameMain | null} */
  get parent() {
    return this.webContents.frameOf(this.webContents.facts(this.frameId).parentId)
  }

  get frames() {
    return this.webContents.documents().filter(({ parent }) => parent === this)
  }

  /** @returns {WebFrameMain[]} */
  get framesInSubtree() {
    return [this, ...this.frames.flatMap(({ framesInSubtree }) => framesInSubtree)]
  }

  isDestroyed() {
    return this.detached
  }

  /** @param {string} channel @param {any} message @param {MessagePortMain[]} [transfer] */
  postMessage(channel, message, transfer = []) {
    if (this.detached) throw new Error('Render frame was disposed before WebFrameMain could be accessed')
    const ports = transfer.map((port) => this.#bridge(`main-${++this.#sent}`, port))
    this.#tell({ kind: 'ipc', channel, args: [message], ports })
  }

  /** Runs code in the page's own world. @param {string} code */
  async executeJavaScript(code) {
    const contextId = await this.webContents.mainWorld(this)
    const { result, exceptionDetails } = await this.session.send('Runtime.evaluate',
      { expression: code, contextId, awaitPromise: true, returnByValue: true })
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }

  /** What the page's half of the bridge says. @param {any} message */
  heard({ kind, channel, args, port, ports, data }) {
    if (kind === 'data') this.#ports.get(port)?.postMessage(data)
    else if (kind === 'closed') this.#ports.get(port)?.close()
    else {
      const given = ports.map((/** @type {string} */ id) => {
        const { port1, port2 } = new MessageChannelMain()
        this.#bridge(id, port2)
        return port1
      })
      this.webContents.ipc.emit(channel, { senderFrame: this, sender: this.webContents, ports: given }, ...args)
    }
  }

  /** Its document is gone, and with it the ends of its ports. */
  die() {
    this.detached = true
    for (const port of this.#ports.values()) port.close()
  }

  /** @param {string} id @param {MessagePortMain} port */
  #bridge(id, port) {
    this.#ports.set(id, port)
    port.on('message', ({ data }) => this.#tell({ kind: 'data', port: id, data }))
    port.on('close', () => this.#tell({ kind: 'close', port: id }))
    port.start()
    return id
  }

  /** @param {object} message */
  #tell(message) {
    if (this.detached) return
    // What is sent to a document that has just gone is lost, as it is in Electron.
    this.session.send('Runtime.evaluate', { expression: `smartagentFromMain(${JSON.stringify(message)})`, contextId: this.contextId })
      .catch(() => {})
  }
}
