// The files of the desk's page, as its port serves them.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const BUILT = fileURLToPath(new URL('../../../console/dist/', import.meta.url))
/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml',
  '.png': 'image/png', '.ico': 'image/x-icon', '.woff2': 'font/woff2', '.json': 'application/json', '.map': 'application/json', '.txt': 'text/plain; charset=utf-8',
}
const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>SmartAgent desktop</title>
<h1>The desktop's page is not built</h1><p>Run <code>npm run build</code> in the clone of smartagent-plugin-sdk, then start again.</p></html>`

/**
 * @param {import('./console-link.js').ConsoleLink} link
 * @param {{ port: number, frames: string[], sdk: string, directory?: string }} options `frames` are the origins that may stand in a frame
 */
export function servePage(link, { port, frames, sdk, directory = BUILT }) {
  const headers = pageHeaders(port, frames)
  const serve = (/** @type {string} */ at, /** @type {string} */ type, /** @type {Buffer} */ body) =>
    link.serve(at, { contentType: TYPES[type] ?? 'application/octet-stream', headers, body })
  serve('/', '.html', Buffer.from(NOT_BUILT))
  for (const file of existsSync(directory) ? readdirSync(directory, { recursive: true, withFileTypes: true }) : []) {
    if (!file.isFile()) continue
    const full = path.join(file.parentPath ?? file.path, file.name)
    const at = `/${path.relative(directory, full).split(path.sep).join('/')}`
    serve(at === '/index.html' ? '/' : at, path.extname(file.name), readFileSync(full))
  }
  link.serve('/healthz', {
    contentType: 'application/json', headers: [['Cache-Control', 'no-store']],
    body: Buffer.from(`${JSON.stringify({ ok: true, name: 'smartagent-dev', version: sdk })}\n`),
  })
}

/** @param {number} port @param {string[]} frames @returns {[string, string][]} */
function pageHeaders(port, frames) {
  const links = ['127.0.0.1', 'localhost'].map((host) => `ws://${host}:${port}`).join(' ')
  const policy = [
    "default-src 'none'", "script-src 'self'",
    // The component library sets styles of elements.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:", "font-src 'self' data:", `connect-src 'self' ${links}`, `frame-src ${frames.join(' ') || "'none'"}`,
    "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'",
  ]
  return [
    ['Content-Security-Policy', policy.join('; ')], ['X-Frame-Options', 'DENY'], ['Referrer-Policy', 'no-referrer'],
    ['Cross-Origin-Opener-Policy', 'same-origin'], ['Cross-Origin-Resource-Policy', 'same-origin'], ['Cache-Control', 'no-cache'],
    ['Permissions-Policy', 'camera=(), microphone=(), geolocation=()'],
  ]
}
