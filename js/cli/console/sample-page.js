// The bundled sample plugin as a page, on an origin of its own: a port that serves its files and the SDK's, and nothing else.
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
/** The SDK lies below this, as in the package. */
const SDK = '/sdk/'
const TYPES = /** @type {Record<string, string>} */ ({
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.json': 'application/json',
})
const HOST = /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/i

/**
 * @param {string[]} desktops the origins that may show it
 * @returns {Promise<{ url: string, origin: string, close: () => void }>}
 */
export async function startSamplePage(desktops) {
  const headers = {
    'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; `
      + `base-uri 'none'; form-action 'none'; frame-ancestors ${desktops.join(' ')}`,
    'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-cache',
  }
  const server = createServer((request, response) => {
    const answer = (/** @type {number} */ status, /** @type {string} */ type, /** @type {string | Buffer} */ body) => {
      response.writeHead(status, { ...headers, 'content-type': type, connection: 'close' }).end(request.method === 'HEAD' ? undefined : body)
    }
    const refuse = (/** @type {number} */ status, /** @type {string} */ why) => answer(status, 'text/plain; charset=utf-8', `${why}\n`)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405, 'only GET is answered here')
    if (!HOST.test(request.headers.host ?? '')) return refuse(403, 'this Host name is not allowed')
    if (request.url === `${SDK}index.js`) return void response.writeHead(302, { ...headers, location: `${SDK}${browserEntry()}`, connection: 'close' }).end()
    const file = fileOf(request.url ?? '/')
    const type = file === undefined ? undefined : TYPES[path.extname(file)]
    if (file === undefined || type === undefined) return refuse(404, 'there is nothing at this path')
    readFile(file).then((body) => answer(200, type, body), () => refuse(404, 'there is nothing at this path'))
  })
  await new Promise((resolve, reject) => void server.once('error', reject).listen(0, '127.0.0.1', () => resolve(undefined)))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  const origin = `http://127.0.0.1:${port}`
  return { url: `${origin}/`, origin, close: () => { server.close(); server.closeAllConnections() } }
}

/** @param {string} target @returns {string | undefined} */
function fileOf(target) {
  const { pathname } = new URL(target, 'http://here')
  const wanted = pathname.endsWith('/') ? `${pathname}index.html` : pathname
  // Names of this package's files, and so no way up, no dots in front, nothing encoded.
  if (!/^(?:\/[a-z\d][\w.-]*)+$/i.test(wanted) || wanted.includes('..')) return undefined
  const isSdk = wanted.startsWith(SDK)
  const inside = isSdk ? wanted.slice(SDK.length) : `sample-plugin${wanted}`
  if (isSdk && !/^(?:js\/|schema\/|[^/]+$).*\.js$/.test(inside)) return undefined
  return path.join(ROOT, inside)
}

/** What the `browser` condition of this package leads to. */
function browserEntry() {
  const { exports } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'))
  const { browser } = exports['.']
  return String(typeof browser === 'string' ? browser : browser?.default).replace(/^\.\//, '')
}
