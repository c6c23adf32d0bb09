// @ts-check
import { need } from './error.js'

// Captured at load, so that a page or library that replaces them later changes nothing here.
export const { parse, stringify } = JSON

/**
 * The JSON text of a frame. Errors give the place inside of the payload.
 * @param {Record<string, unknown>} frame
 * @returns {string}
 * @throws {import('./error.js').SmartAgentError} `E_BAD_REQUEST` with the place and a TypeError as cause
 */
export const toJson = (frame) => {
  let path = ''
  /** Where each object stands. */
  const places = new Map()
  try {
    return stringify(frame, function (key, given) {
      const raw = this[key]
      path = (places.get(this) ?? '') + (Array.isArray(this) ? `[${key}]` : `.${key}`)
      // A `toJSON` that a library put on every object or array is not the caller's wish.
      if (raw?.toJSON == /** @type {any} */ ([]).toJSON) given = raw
      places.set(given, path)
      // What JSON would leave out or empty without a word; NaN is not even itself.
      if (/Big|Fun|Sym|Map|Set|Prom|Buf|View|\dA|dA/.test({}.toString.call(given)) || (given ?? raw) != given || [1 / 0, -1 / 0].includes(given)) throw path
      return given?.toWellFormed?.() ?? given
    })
  } catch (error) {
    return /** @type {any} */ (need(0, path.slice('..payload.'.length) || 'payload', 'JSON', error))
  }
}
