// @ts-check
import { fail, need } from './error.js'

/** @param {any} signal */
export const needSignal = (signal) => need(!signal || signal.addEventListener, 'signal', 'an AbortSignal')

/** @typedef {{ result?: any, error?: any, early?: boolean }} Outcome an error by its members; early where nobody answered */

/**
 * What lives until its owner, its signal or the time ends it: then `ended` hears the outcome, once.
 * @param {AbortSignal | undefined} signal @param {number | undefined} timeoutMs @param {(outcome?: any) => void} ended
 * @returns {(outcome?: any) => boolean | void} ends it, and says whether it was alive
 */
export const lease = (signal, timeoutMs, ended) => {
  let over = false
  const end = (/** @type {any} */ outcome) => {
    if (over) return
    over = true
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
    ended(outcome)
    return true
  }
  const abort = () => end({ early: true, error: { code: 'E_CANCELLED', message: 'aborted', cause: signal?.reason } })
  const timer = timeoutMs && setTimeout(end, timeoutMs, { early: true, error: { code: 'E_TIMEOUT', message: 'no answer in time' } })
  signal?.addEventListener('abort', abort)
  if (signal?.aborted) abort()
  return end
}

/** @param {any} error */
export const failed = (error) => fail(error.code, error.message, error)

/**
 * The result of the outcome that `begin` hands to its argument. Its error is made here: it has the stack of who waits.
 * @param {(resolve: (outcome: any) => void) => void} begin
 */
export const outcomeOf = async (begin) => {
  const { error, result } = await /** @type {Promise<Outcome>} */ (new Promise(begin))
  if (error) throw failed(error)
  return result
}
