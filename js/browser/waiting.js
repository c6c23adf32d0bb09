// @ts-check
import { fail } from './error.js'

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
