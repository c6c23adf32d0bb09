// Why a plugin's page does not appear in a desktop's frame: each thing that can be seen from outside.
import { admits, policies } from './csp.js'
import { fetchPage } from './fetch-page.js'

/**
 * @typedef {'ok' | 'warning' | 'problem'} Verdict
 * @typedef {{ check: string, verdict: Verdict, title: string, detail: string, todo: string }} Finding `todo` is empty where nothing is to be done
 * @typedef {import('./fetch-page.js').Fetched} Fetched
 */

/**
 * @param {string} url the plugin's page
 * @param {{ desktop: string, timeoutMs?: number }} options `desktop` is the origin of the page that shows it
 * @returns {Promise<Finding[]>}
 */
export async function checkPage(url, { desktop, timeoutMs }) {
  const page = await fetchPage(url, { timeoutMs })
  if (!page.ok) return [unreachable(page)]
  if (page.status >= 400) return [refused(page)]
  const self = new URL(page.url).origin
  return [
    finding('reachable', 'ok', 'The page answers', `${page.url}: ${page.status}`),
    ...ownOrigin(self, desktop), framing(page, self, desktop), ...kind(page), scripts(page, self), connections(page), ...mixed(page, desktop),
  ]
}

/** @param {string} check @param {Verdict} verdict @param {string} title @param {string} detail @param {string} [todo] @returns {Finding} */
export function finding(check, verdict, title, detail, todo = '') {
  return { check, verdict, title, detail, todo }
}

/** @param {import('./fetch-page.js').Unreachable} page */
function unreachable({ url, code, message }) {
  const { host, hostname } = new URL(url)
  const known = /** @type {Record<string, [string, string, string]>} */ ({
    ECONNREFUSED: ['Nothing listens at the plugin\'s address', `no program answers on ${host}`, 'start the plugin\'s server, or correct the address: npm run dev'],
    ENOTFOUND: ['The plugin\'s host name is not known', `there is no address for ${hostname}`, 'correct the address'],
    TIMEOUT: ['The plugin\'s server does not answer', `${host}: ${message}`, 'look at the server\'s own output: it took the connection and said nothing'],
    REDIRECTS: ['The plugin\'s page redirects to nowhere', `${url}: ${message}`, 'correct the redirect, or give the last address'],
  })[code] ?? [/CERT|SSL|TLS|ALT_?NAME/.test(code) ? 'The certificate is not trusted' : 'The plugin\'s page cannot be had', `${url}: ${message}`,
    'open the address in a browser and see what it says']
  return finding('reachable', 'problem', ...known)
}

/** @param {Fetched} page */
function refused({ url, status }) {
  return finding('reachable', 'problem', `The page is an error: ${status}`, `${url} answers ${status}`,
    status === 404 ? 'correct the path, or the server\'s root' : 'look at the server\'s own output')
}

/** @param {string} self @param {string} desktop */
function ownOrigin(self, desktop) {
  return self === desktop ? [finding('origin', 'problem', 'The plugin has the desktop\'s own origin', `${self} serves both, so the frame's sandbox would be void`,
    'serve the plugin from another port or name')] : []
}

/** @param {Fetched} page @param {string} self @param {string} desktop */
function framing({ headers }, self, desktop) {
  const check = 'framing'
  const allow = `Content-Security-Policy: frame-ancestors ${desktop}`
  const ancestors = policies(headers['content-security-policy']).map((policy) => policy.get('frame-ancestors')).filter((sources) => sources !== undefined)
  const closed = ancestors.find((sources) => !admits(sources, desktop, self))
  if (closed !== undefined) {
    return finding(check, 'problem', 'The page refuses to be framed: Content-Security-Policy', `frame-ancestors ${closed.join(' ')} does not name ${desktop}`,
      `have the plugin's server send "${allow}"`)
  }
  const option = [headers['x-frame-options'] ?? []].flat().join(', ')
  // Where there are frame-ancestors, a browser does not look at the older header.
  if (ancestors.length === 0 && /\b(?:deny|sameorigin)\b/i.test(option)) {
    return finding(check, 'problem', 'The page refuses to be framed: X-Frame-Options', `X-Frame-Options: ${option} forbids frames of another origin`,
      `have the plugin's server leave X-Frame-Options out and send "${allow}"`)
  }
  const sandboxed = policies(headers['content-security-policy']).map((policy) => policy.get('sandbox')).find((flags) => flags !== undefined)
  if (sandboxed !== undefined && !(sandboxed.includes('allow-scripts') && sandboxed.includes('allow-same-origin'))) {
    return finding(check, 'problem', 'The page puts itself in a sandbox', `Content-Security-Policy: sandbox ${sandboxed.join(' ')}`,
      'leave the sandbox directive out, or add allow-scripts and allow-same-origin')
  }
  return finding(check, 'ok', 'The page may be framed', ancestors.length === 0 ? 'nothing forbids it' : 'frame-ancestors names the desktop')
}

/** @param {Fetched} page */
function kind({ headers }) {
  const type = headers['content-type'] ?? 'nothing'
  return /^text\/html\b/i.test(type) ? [] : [finding('type', 'problem', 'The page is no HTML', `Content-Type: ${type}`,
    'have the server send Content-Type: text/html, or correct the address')]
}

/** @param {Fetched} page @param {string} self */
function scripts({ headers, body }, self) {
  const check = 'scripts'
  for (const policy of policies(headers['content-security-policy'])) {
    const sources = policy.get('script-src-elem') ?? policy.get('script-src') ?? policy.get('default-src')
    const open = sources === undefined || admits(sources, self, self) || sources.some((source) => /^'(?:nonce|sha\d+)-|^'unsafe-inline'$|^'strict-dynamic'$/i.test(source))
    if (!open) {
      return finding(check, 'problem', 'The page forbids its own scripts: Content-Security-Policy', `script-src ${sources.join(' ')} does not hold 'self'`,
        "have the plugin's server send \"script-src 'self'\": the SDK needs no more, neither 'unsafe-eval' nor 'wasm-unsafe-eval'")
    }
  }
  if (!/<script\b/i.test(body)) {
    return finding(check, 'warning', 'The page has no script', 'there is no <script> in the document as it was sent',
      'load the module that calls init() of smartagent-plugin-sdk')
  }
  return finding(check, 'ok', 'The page may run its scripts', 'no policy forbids them')
}

/** @param {Fetched} page */
function connections({ headers }) {
  const limited = policies(headers['content-security-policy']).some((policy) => policy.has('connect-src') || policy.has('default-src'))
  return finding('connections', 'ok', 'The link needs no connect-src', limited
    ? 'connections are limited, and the link goes through the frame\'s window: no policy concerns it'
    : 'the link goes through the frame\'s window')
}

/** @param {Fetched} page @param {string} desktop @returns {Finding[]} */
function mixed({ url, body }, desktop) {
  const check = 'mixed content'
  const { protocol, hostname } = new URL(url)
  const isLocal = /^(?:localhost|127(?:\.\d+){3}|\[::1\]|.*\.localhost)$/.test(hostname)
  if (protocol === 'http:' && desktop.startsWith('https:') && !isLocal) {
    return [finding(check, 'problem', 'A desktop on https shows no page on http', url, 'serve the plugin by https')]
  }
  const insecure = protocol === 'https:' ? /<(?:script|link|iframe)\b[^>]*?(?:src|href)\s*=\s*["']?(http:\/\/[^"'\s>]+)/i.exec(body)?.[1] : undefined
  if (insecure !== undefined) return [finding(check, 'problem', 'The page loads a part by http', `${insecure} is blocked on a page that came by https`, 'load it by https')]
  if (protocol === 'http:' && !isLocal) {
    return [finding(check, 'warning', 'The page comes by http', `${url} works in this desktop; one on https would not show it`, 'serve the plugin by https where it is used')]
  }
  return []
}
