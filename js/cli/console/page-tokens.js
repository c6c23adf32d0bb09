// Who a token belongs to: a plugin, or the desk's own page that relays one.
import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * @param {string | null} token @param {{ origin: string | null }} peer
 * @param {{ plugin: string, embed: string, origins: string[] }} own
 */
export function grantOf(token, peer, { plugin, embed, origins }) {
  if (isSame(token, plugin)) return { agent: 'default' }
  if (isSame(token, embed) && peer.origin !== null && origins.includes(peer.origin)) return { agent: 'default', mayEmbed: true }
  return null
}

/** Compared as hashes in constant time, so that neither length nor prefix shows. @param {string | null} token @param {string} secret */
function isSame(token, secret) {
  const hash = (/** @type {string} */ text) => createHash('sha256').update(text).digest()
  return token !== null && timingSafeEqual(hash(token), hash(secret))
}
