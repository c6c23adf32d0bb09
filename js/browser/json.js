// @ts-check
import { need } from './error.js'

// Captured at load, so that a page or library that replaces them later changes nothing here.
export const { parse, stringify } = JSON

/**
 * The JSON text of what the caller handed in.
 * @param {unknown} frame
 * @throws {import('./error.js').SmartAgentError} `E_BAD_REQUEST` with a TypeError as cause
 */
export const toJson = (frame) => {
  return stringify(frame, (key, value) => {
    // What JSON would leave out without a word.
    if (/nct|sym/.test(typeof value)) throw TypeError(`${key} is no JSON`)
    return value?.toWellFormed?.() ?? value
  })
}
