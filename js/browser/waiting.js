// @ts-check
import { fail } from './error.js'

/** What an iterator may hold for a reader that is away. */
const MAX_HELD = 1_024

/** @typedef {ReturnType<typeof import('./listeners.js').createListeners>} Listeners */

/**
 * The payload of the next event that the filter lets through.
 * @param {Listeners['add']} add @param {string} event @param {any} options
 * @returns {Promise<any>}
 */
export const waitForEvent = (add, event, { filter, timeoutMs, signal }) => new Promise((resolve, reject) => {
  /** @type {any} */
  let entry
  const ended = (/** @type {any} */ error = undefined) => {
    clearTimeout(timer)
    entry?.remove()
    reject(error)
  }
  const timer = timeoutMs && setTimeout(() => ended(fail('E_TIMEOUT', event)), timeoutMs)
  entry = add(event, (/** @type {any} */ payload, /** @type {any} */ meta) => {
    try {
      if (filter && !filter(payload, meta)) return
      resolve(payload)
    } catch (error) {
      reject(error)
    }
    ended()
  }, signal, { ended })
})

/**
 * The payloads of an event as an async iterator. It ends when the client closes.
 * @param {Listeners['add']} add @param {string} event @param {AbortSignal} [signal] @param {any} [over] what ended it
 */
export const eventStream = (add, event, signal, over) => {
  /** @type {any[]} */
  const held = []
  /** @type {any} */
  let wake
  /** @type {any} */
  let entry
  const ended = (/** @type {any} */ error) => {
    over ||= error
    entry?.remove()
    wake?.()
  }
  entry = add(event, (/** @type {any} */ payload) => {
    // What is held is still read; then the reader learns that it was too slow.
    if (held.length >= MAX_HELD) return ended(fail('E_OVERFLOW', event))
    held.push(payload)
    wake?.()
  }, signal, { ended })
  const stream = (async function* () {
    for (;;) {
      while (held.length) yield held.shift()
      if (over?.cause || /OVER/.test(over?.code)) throw over
      if (over) return
      await new Promise((resolve) => wake = resolve)
    }
  })()
  const finish = stream.return
  stream.return = (/** @type {any} */ value) => {
    held.length = 0
    ended(1)
    return finish.call(stream, value)
  }
  return stream
}
