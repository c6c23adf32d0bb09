// @ts-check
import { need } from './error.js'

// Captured at load, so that a page or library that replaces them later changes nothing here.
export const { parse, stringify } = JSON
const { isArray } = Array

/**
 * The JSON text of members of a frame. Errors give the place inside of the member.
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
      const place = places.get(this)
      path = this == frame ? '' : place ? place + (isArray(this) ? `[${key}]` : `.${key}`) : key
      // A `toJSON` that a library put on every object or array is not the caller's wish.
      if (isArray(raw) || raw?.toJSON == /** @type {any} */ ({}).toJSON) given = raw
      places.set(given, path)
      // What JSON would leave out or empty without a word.
      const kind = {}.toString.call(given)
      if (/Big|Fun|Sym|Map|Set|Prom|Buf|View|\dA|dA/.test(kind) || (given == null && raw != null) || (typeof given == 'number' && !isFinite(given))) throw kind
      return given?.toWellFormed?.() ?? given
    })
  } catch (error) {
    return /** @type {any} */ (need(0, path || 'payload', 'JSON', error))
  }
}
