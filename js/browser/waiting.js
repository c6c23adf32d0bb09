// @ts-check
import { fail } from './error.js'

/**
 * @typedef {object} Entry whoever waits for something of the desktop: a listener, or a call for its answer
 * @property {string} event the name, or the call's id
 * @property {(payload: any, meta: any) => any} [listener]
 * @property {boolean} [once]
 * @property {any} [events] what waits until the replayed state has been delivered: pairs of payload and meta
 * @property {() => void} [send] writes a call's frame, once
 * @property {(outcome: any) => void} [close] told when it has ended: somebody waits
 * @property {any} [end] ends it with an outcome, and says whether it was there
 */

/**
 * The result of the outcome that `begin` hands to its argument; one with a code is an error. The error is made here: it
 * has the stack of who waits.
 * @param {(resolve: (outcome: any) => void) => void} begin
 */
export const outcomeOf = async (begin) => {
  const outcome = /** @type {any} */ (await new Promise(begin))
  if (outcome.code) throw fail(outcome.code, outcome.message, outcome)
  return outcome.result
}
