// A running `smartagent dev` with its page's port, and the console link as the page opens it.
import { createConnection } from 'node:net'
import path from 'node:path'

import WebSocket from 'ws'

import { Child, ROOT } from '../child-process.js'

const MAIN = path.join(ROOT, 'js', 'cli', 'main.js')

/** @typedef {import('../../js/cli/console/protocol.js').DeskState} DeskState @typedef {import('../../js/cli/console/protocol.js').Row} Row */

/**
 * @param {import('node:test').TestContext} t @param {string[]} [flags]
 * @param {{ env?: Record<string, string>, cwd?: string }} [options]
 */
export async function startDesk(t, flags = [], options = {}) {
  const child = new Child(t, [process.execPath, MAIN, 'dev', '--port', '0', ...flags], options)
  const [, origin, port, token] = /** @type {string[]} */ (/** @type {unknown} */ (await child.see(/(http:\/\/127\.0\.0\.1:(\d+))\/#token=(\S+)/)))
  const [, pluginToken] = await child.see(/SMARTAGENT_TOKEN=(\S+)/)
  return { child, origin: String(origin), port: Number(port), token: String(token), pluginToken: String(pluginToken) }
}

/** The page's end of the console link. */
export class Page {
  /** @type {DeskState | null} */
  state = null
  /** @type {Row[]} */
  rows = []
  /** The types of the messages as they came. @type {string[]} */
  types = []
  #lastId = 0
  /** @type {Map<number, (answer: any) => void>} */
  #waiting = new Map()
  /** @type {Set<() => void>} */
  #watchers = new Set()

  /** @param {import('node:test').TestContext} t @param {{ origin: string, token: string }} desk */
  constructor(t, { origin, token }) {
    this.socket = new WebSocket(`${origin.replace('http', 'ws')}/console`, ['smartagent.console.v1'], { origin })
    t.after(() => this.socket.terminate())
    this.socket.on('open', () => this.socket.send(JSON.stringify({ type: 'hello', token })))
    this.socket.on('message', (data) => this.#take(JSON.parse(String(data))))
    /** @type {Promise<number>} */
    this.closed = new Promise((resolve) => void this.socket.on('close', resolve))
  }

  /** @param {any} message */
  #take(message) {
    this.types.push(message.type)
    if (message.type === 'state') this.state = message.state
    else if (message.type === 'rows') this.rows.push(...message.rows)
    else if (message.type === 'answer') this.#waiting.get(message.id)?.(message)
    for (const look of [...this.#watchers]) look()
  }

  /** @param {string} command @param {any} [parameters] @returns {Promise<any>} the answer */
  ask(command, parameters) {
    const id = this.#lastId += 1
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve)
      this.socket.send(JSON.stringify({ type: 'command', id, command, with: parameters }))
    })
  }

  /** @param {string} name @param {any} [parameters] */
  act(name, parameters) {
    return this.ask('act', { name, with: parameters })
  }

  /** @template T @param {(page: Page) => T | null | undefined | false} look @returns {Promise<T>} */
  see(look) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not seen: ${look}\n${JSON.stringify(this.state)?.slice(0, 2_000)}\n${this.rows.slice(-20).map((row) => JSON.stringify(row).slice(0, 200)).join('\n')}`)), 15_000)
      const once = () => {
        const seen = look(this)
        if (!seen) return
        clearTimeout(timer)
        this.#watchers.delete(once)
        resolve(seen)
      }
      this.#watchers.add(once)
      once()
    })
  }
}

/**
 * Writes a request as it is, and reads the answer's head.
 * @param {number} port @param {string} text
 * @returns {Promise<{ status: number, head: string }>} status 0 where the connection ended without an answer
 */
export function rawRequest(port, text) {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' }, () => socket.write(text))
    let got = ''
    const end = () => {
      clearTimeout(timer)
      socket.destroy()
      const [head = ''] = got.split('\r\n\r\n')
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head })
    }
    const timer = setTimeout(end, 5_000)
    socket.setEncoding('latin1').on('data', (chunk) => {
      got += chunk
      if (got.includes('\r\n\r\n')) end()
    })
    socket.on('error', end)
    socket.on('close', end)
  })
}
