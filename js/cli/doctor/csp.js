// Content Security Policies, as far as they decide whether a plugin's page is shown in a frame and runs there.

/** @typedef {Map<string, string[]>} Policy sources by directive */

/**
 * @param {string | string[] | undefined} header the value or values; a comma separates policies
 * @returns {Policy[]} every one of them has to be met
 */
export function policies(header) {
  const texts = [header ?? []].flat().flatMap((text) => text.split(','))
  return texts.map((text) => new Map(text.split(';').map((part) => part.trim().split(/\s+/)).filter(([name]) => name !== '')
    // The first of a name counts.
    .reverse().map(([name = '', ...sources]) => /** @type {[string, string[]]} */ ([name.toLowerCase(), sources]))))
    .filter((policy) => policy.size > 0)
}

/**
 * Whether a directive lets an origin in. What is not there lets everything in.
 * @param {string[] | undefined} sources
 * @param {string} origin whose
 * @param {string} self the page's own origin
 */
export function admits(sources, origin, self) {
  return sources === undefined || sources.some((source) => matches(source, new URL(origin), self))
}

/** @param {string} source @param {URL} origin @param {string} self */
function matches(source, origin, self) {
  const lower = source.toLowerCase()
  if (lower === "'none'") return false
  if (lower === '*') return /^(?:https?|wss?):$/.test(origin.protocol)
  if (lower === "'self'") return origin.origin === self
  if (/^[a-z][a-z\d+.-]*:$/.test(lower)) return origin.protocol === lower || (lower === 'http:' && origin.protocol === 'https:')
  const match = /^(?:(?<scheme>[a-z][a-z\d+.-]*):\/\/)?(?<host>\*|(?:\*\.)?[^/:*]+|\[[\da-f:]+\])(?::(?<port>\*|\d+))?(?:\/.*)?$/.exec(lower)
  if (match?.groups === undefined) return false
  const { scheme, host = '', port } = match.groups
  const wanted = scheme ?? new URL(self).protocol.slice(0, -1)
  const ownScheme = origin.protocol.slice(0, -1)
  if (ownScheme !== wanted && !(wanted === 'http' && ownScheme === 'https')) return false
  const sameHost = host === '*' || (host.startsWith('*.') ? origin.hostname.endsWith(host.slice(1)) : origin.hostname === host)
  const ownPort = origin.port || { 'http:': '80', 'https:': '443' }[origin.protocol]
  const samePort = port === '*' || (port ?? { http: '80', https: '443' }[wanted]) === ownPort || (port === undefined && origin.port === '')
  return sameHost && samePort
}
