// Asks for a page as a browser's frame would, and tells what came or why nothing did.
import http from 'node:http'
import https from 'node:https'

const TIMEOUT_MS = 5_000
const MAX_REDIRECTS = 5
/** Bytes of the document that are looked through. */
const MAX_BODY = 512 * 1_024

/**
 * @typedef {{ ok: true, url: string, status: number, headers: import('node:http').IncomingHttpHeaders, body: string }} Fetched
 * @typedef {{ ok: false, url: string, code: string, message: string }} Unreachable
 */

/**
 * @param {string} url http or https
 * @param {{ timeoutMs?: number, redirects?: number }} [options]
 * @returns {Promise<Fetched | Unreachable>} of the last address, redirects followed
 */
export async function fetchPage(url, { timeoutMs = TIMEOUT_MS, redirects = MAX_REDIRECTS } = {}) {
  const answer = await ask(url, timeoutMs)
  const { location } = answer.ok ? answer.headers : {}
  if (!answer.ok || answer.status < 300 || answer.status > 399 || location === undefined) return answer
  if (redirects === 0) return { ok: false, url, code: 'REDIRECTS', message: 'it redirects without end' }
  if (!URL.canParse(location, url)) return { ok: false, url, code: 'REDIRECTS', message: `it redirects to "${location}", which is no address` }
  const next = new URL(location, url)
  if (!/^https?:$/.test(next.protocol)) return { ok: false, url, code: 'REDIRECTS', message: `it redirects to ${next.protocol}` }
  return fetchPage(next.href, { timeoutMs, redirects: redirects - 1 })
}

/** @param {string} url @param {number} timeoutMs @returns {Promise<Fetched | Unreachable>} */
function ask(url, timeoutMs) {
  return new Promise((resolve) => {
    const fail = (/** @type {string} */ code, /** @type {string} */ message) => {
      resolve({ ok: false, url, code, message })
      request.destroy()
    }
    const { get } = url.startsWith('https:') ? https : http
    const request = get(url, { headers: { accept: 'text/html,*/*', 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate' } }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      const end = () => resolve({ ok: true, url, status: response.statusCode ?? 0, headers: response.headers, body })
      response.on('data', (text) => {
        body += text
        if (body.length <= MAX_BODY) return
        end()
        request.destroy()
      })
      response.on('end', end)
      response.on('error', end)
    })
    const timer = setTimeout(() => fail('TIMEOUT', `no answer within ${timeoutMs / 1000} s`), timeoutMs)
    request.on('close', () => clearTimeout(timer))
    request.on('error', (/** @type {NodeJS.ErrnoException} */ error) => fail(error.code ?? 'ERROR', error.message))
  })
}
