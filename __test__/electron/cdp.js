// A browser of its own for the Electron harness, spoken to by the DevTools protocol: Playwright gives no way into the
// isolated worlds of frames that are processes of their own.
import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'

import { WebSocket } from 'ws'

import { ensureChromium } from '../../scripts/chromium.mjs'

const ARGS = [
  // Electron's ports have an event that tells of the other end's close; a browser has it behind this switch.
  '--enable-blink-features=MessagePortCloseEvent',
  '--headless', '--remote-debugging-port=0', '--host-resolver-rules=MAP *.test 127.0.0.1', '--site-per-process', '--disable-gpu',
  '--disable-quic', '--disable-features=BackForwardCache', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
]
const NO_SANDBOX = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []

/** One browser process; targets are spoken to by their session. */
export class Cdp {
  #nextId = 1
  /** @type {Map<number, {resolve: (value: any) => void, reject: (error: Error) => void}>} */
  #pending = new Map()
  /** @type {Map<string, Session>} */
  #sessions = new Map()

  static async launch() {
    const folder = mkdtempSync(path.join(tmpdir(), 'smartagent-electron-'))
    const child = spawn(await ensureChromium(), [...ARGS, ...NO_SANDBOX, `--user-data-dir=${folder}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] })
    const url = await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`the browser ended with ${code}`)))
      createInterface({ input: child.stderr }).on('line', (line) => {
        const found = /^DevTools listening on (ws:\S+)$/.exec(line)
        if (found !== null) resolve(found[1])
      })
    })
    const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 0 })
    await once(socket, 'open')
    return new Cdp(child, socket, folder)
  }

  /** @param {import('node:child_process').ChildProcess} child @param {WebSocket} socket @param {string} folder */
  constructor(child, socket, folder) {
    this.child = child
    this.socket = socket
    this.folder = folder
    socket.on('message', (data) => this.#handle(JSON.parse(String(data))))
  }

  /** @param {string} method @param {object} [params] @param {string} [sessionId] @returns {Promise<any>} */
  send(method, params = {}, sessionId) {
    const id = this.#nextId++
    this.socket.send(JSON.stringify({ id, method, params, sessionId }))
    return new Promise((resolve, reject) => void this.#pending.set(id, { resolve, reject }))
  }

  /** @param {string} sessionId */
  session(sessionId) {
    const session = this.#sessions.get(sessionId) ?? new Session(this, sessionId)
    this.#sessions.set(sessionId, session)
    return session
  }

  async close() {
    const ended = once(this.child, 'exit')
    // Asked to, it takes its processes along; killed, some of them still write into the folder.
    this.send('Browser.close').catch(() => {})
    const late = setTimeout(() => this.child.kill('SIGKILL'), 5_000)
    await ended
    clearTimeout(late)
    this.socket.close()
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
  }

  /** @param {any} message */
  #handle({ id, result, error, method, params, sessionId }) {
    if (id === undefined) return void this.#sessions.get(sessionId)?.emit(method, params)
    const waiting = this.#pending.get(id)
    this.#pending.delete(id)
    if (error === undefined) waiting?.resolve(result)
    else waiting?.reject(new Error(error.message))
  }
}

/** One target: a window, or a frame that is a process of its own. */
export class Session extends EventEmitter {
  /** @param {Cdp} cdp @param {string} id */
  constructor(cdp, id) {
    super()
    this.cdp = cdp
    this.id = id
  }

  /** @param {string} method @param {object} [params] */
  send(method, params) {
    return this.cdp.send(method, params, this.id)
  }
}
