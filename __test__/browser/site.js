// A small web site: pages from strings, the SDK's own files under /sdk/, headers per path.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'

import { ROOT } from '../child-process.js'

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.json': 'application/json' }

/** @typedef {{body: string | Buffer, headers?: Record<string, string>, status?: number, delayMs?: number}} Reply */

export class Site {
  /** @type {Map<string, Reply | (() => Reply | Promise<Reply>)>} */
  #replies = new Map([['/favicon.ico', { body: '', headers: { 'content-type': 'image/x-icon' } }]])
  #server = createServer((request, response) => void this.#serve(request, response))

  /** How often each path was asked for. @type {Map<string, number>} */
  hits = new Map()

  /** @param {string} host a name that the browser maps to this machine, or one of the loopback names */
  static async open(host) {
    const site = new Site(host)
    await new Promise((resolve) => site.#server.listen(0, '127.0.0.1', () => resolve(undefined)))
    return site
  }

  /** @param {string} host */
  constructor(host) {
    this.host = host
  }

  get origin() {
    const { port } = /** @type {import('node:net').AddressInfo} */ (this.#server.address())
    return `http://${this.host}:${port}`
  }

  /** @param {string} [path] */
  url(path = '/') {
    return this.origin + path
  }

  /**
   * A page with one module script, kept in a file of its own so that it also runs under `script-src 'self'`.
   * @param {string} path `/name`; the script is at `/name.mjs`
   * @param {string} script
   * @param {{headers?: Record<string, string>, body?: string}} [options]
   */
  page(path, script, { headers, body = '' } = {}) {
    const html = `<!doctype html><meta charset="utf-8"><title>${path}</title>${body}<script type="module" src="${path}.mjs"></script>`
    this.set(path, { body: html, headers: { 'content-type': 'text/html; charset=utf-8', ...headers } })
    return this.set(`${path}.mjs`, { body: script })
  }

  /** @param {string} path @param {Reply | (() => Reply | Promise<Reply>)} reply */
  set(path, reply) {
    this.#replies.set(path, reply)
    return this
  }

  /** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
  async #serve(request, response) {
    const { pathname } = new URL(request.url ?? '/', 'http://site')
    this.hits.set(pathname, (this.hits.get(pathname) ?? 0) + 1)
    try {
      const { body, headers = {}, status = 200, delayMs = 0 } = await this.#find(pathname)
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
      const type = /** @type {Record<string, string>} */ (TYPES)[path.extname(pathname)] ?? 'text/html'
      response.writeHead(status, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache', ...headers }).end(body)
    } catch {
      response.writeHead(404).end('nothing here')
    }
  }

  /** @param {string} pathname @returns {Promise<Reply>} */
  async #find(pathname) {
    const reply = this.#replies.get(pathname)
    if (reply !== undefined) return typeof reply === 'function' ? reply() : reply
    const relative = path.normalize(decodeURIComponent(pathname)).replace(/^[/\\]sdk[/\\]/, '')
    if (!pathname.startsWith('/sdk/') || relative.startsWith('..')) throw new Error('not found')
    return { body: await readFile(path.join(ROOT, relative)) }
  }

  close() {
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(resolve))
  }
}
