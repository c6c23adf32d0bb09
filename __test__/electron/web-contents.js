// Electron's main process over a real browser: windows are its targets, and the preload script runs in an isolated world
// of every frame, as it does in Electron.
import { EventEmitter, once } from 'node:events'

import { WebFrameMain } from './web-frame-main.js'

/** The name of the preload scripts' world. */
export const WORLD = 'electron'

export class WebContents extends EventEmitter {
  ipc = new EventEmitter()
  /** @type {Set<WebFrameMain>} */
  #documents = new Set()
  /** @type {Map<string, {name?: string, url?: string, parentId?: string}>} */
  #facts = new Map()
  /** @type {Map<string, {session: import('./cdp.js').Session, id: number}>} */
  #mainWorlds = new Map()
  #destroyed = false

  /** @param {import('./cdp.js').Session} session @param {string} targetId @param {string} script what runs in the isolated world */
  constructor(session, targetId, script) {
    super()
    this.cdp = session.cdp
    this.session = session
    this.targetId = targetId
    this.script = script
  }

  /** @param {import('./cdp.js').Cdp} cdp @param {string} script */
  static async open(cdp, script) {
    const { targetId } = await cdp.send('Target.createTarget', { url: 'about:blank' })
    const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: true })
    const webContents = new WebContents(cdp.session(sessionId), targetId, script)
    await webContents.#attach(webContents.session)
    return webContents
  }

  get mainFrame() {
    const main = this.documents().find(({ frameId }) => frameId === this.targetId)
    if (main === undefined) throw new Error('Object has been destroyed')
    return main
  }

  isDestroyed() {
    return this.#destroyed
  }

  documents() {
    return [...this.#documents].filter(({ detached }) => !detached)
  }

  /** @param {string} [frameId] @returns {WebFrameMain | null} */
  frameOf(frameId) {
    return this.documents().find((document) => document.frameId === frameId) ?? null
  }

  /** @param {string} frameId */
  facts(frameId) {
    return this.#facts.get(frameId) ?? {}
  }

  /** @param {WebFrameMain} frame */
  async mainWorld({ frameId, session }) {
    for (let tries = 0; tries < 200; tries++) {
      const world = this.#mainWorlds.get(frameId)
      if (world?.session === session) return world.id
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    throw new Error('the frame has no world of its own')
  }

  /** @param {string} url */
  async loadURL(url) {
    const loaded = once(this.session, 'Page.loadEventFired')
    const { errorText } = await this.session.send('Page.navigate', { url })
    if (errorText !== undefined) throw new Error(errorText)
    await loaded
  }

  reload() {
    this.session.send('Page.reload').catch(() => {})
  }

  /** The renderer's process ends at once, as `forcefullyCrashRenderer()` does it. */
  forcefullyCrashRenderer() {
    this.session.send('Page.crash').catch(() => {})
  }

  /** @param {string} code */
  async executeJavaScript(code) {
    return this.mainFrame.executeJavaScript(code)
  }

  close() {
    if (this.#destroyed) return
    this.#destroyed = true
    for (const document of this.#documents) document.die()
    this.cdp.send('Target.closeTarget', { targetId: this.targetId }).catch(() => {})
    this.emit('destroyed')
  }

  /** @param {import('./cdp.js').Session} session */
  async #attach(session) {
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      const inner = this.cdp.session(sessionId)
      if (targetInfo.type === 'iframe') this.#attach(inner).catch(() => {})
      else inner.send('Runtime.runIfWaitingForDebugger').catch(() => {})
    })
    session.on('Target.detachedFromTarget', ({ sessionId }) => this.#died((one) => one.session.id === sessionId))
    session.on('Runtime.executionContextCreated', ({ context }) => this.#created(session, context))
    session.on('Runtime.executionContextDestroyed', ({ executionContextId }) => this.#died((one) => one.session === session && one.contextId === executionContextId))
    session.on('Runtime.executionContextsCleared', () => this.#died((one) => one.session === session))
    session.on('Inspector.targetCrashed', () => {
      this.#died((one) => one.session === session)
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 })
    })
    session.on('Runtime.bindingCalled', ({ payload, executionContextId }) => {
      this.documents().find((one) => one.session === session && one.contextId === executionContextId)?.heard(JSON.parse(payload))
    })
    session.on('Page.frameAttached', ({ frameId, parentFrameId }) => this.#learn(frameId, { parentId: parentFrameId }))
    session.on('Page.frameNavigated', ({ frame }) => this.#learn(frame.id, { name: frame.name, url: frame.url, parentId: frame.parentId }))
    session.on('Page.frameDetached', ({ frameId, reason }) => {
      if (reason === 'remove') this.#died((one) => one.frameId === frameId)
    })
    await Promise.all([
      session.send('Page.enable'), session.send('Inspector.enable').catch(() => {}),
      session.send('Runtime.addBinding', { name: 'smartagentToMain', executionContextName: WORLD }),
      session.send('Page.addScriptToEvaluateOnNewDocument', { source: this.script, worldName: WORLD, runImmediately: true }),
      session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }),
      session.send('Runtime.enable'), session.send('Runtime.runIfWaitingForDebugger'),
    ])
  }

  /** @param {import('./cdp.js').Session} session @param {any} context */
  #created(session, { id, name, origin, auxData: { frameId, isDefault } }) {
    if (isDefault) this.#mainWorlds.set(frameId, { session, id })
    if (name !== WORLD) return
    this.#died((one) => one.frameId === frameId)
    this.#documents.add(new WebFrameMain(this, session, { id, origin: /^[a-z-]+:/.test(origin) ? origin : 'null', frameId }))
  }

  /** @param {(document: WebFrameMain) => boolean} which */
  #died(which) {
    for (const document of this.#documents) {
      if (!which(document)) continue
      this.#documents.delete(document)
      document.die()
    }
  }

  /** @param {string} frameId @param {{name?: string, url?: string, parentId?: string}} facts */
  #learn(frameId, facts) {
    const known = Object.entries(facts).filter(([, value]) => value !== undefined)
    this.#facts.set(frameId, { ...this.facts(frameId), ...Object.fromEntries(known) })
  }
}
