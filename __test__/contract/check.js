// The assertions of the suite, for Node and for a page.

/** @param {unknown} value @param {string} [message] */
export function ok(value, message = 'is not so') {
  if (!value) throw new Error(message)
}

/** @param {any} actual @param {any} expected @param {string} [what] */
export function same(actual, expected, what = 'value') {
  const [one, two] = [sorted(actual), sorted(expected)]
  if (one !== two) throw new Error(`${what}: got ${one.slice(0, 2_000)}, expected ${two.slice(0, 2_000)}`)
}

/** Whether it has at least these members. @param {any} actual @param {any} expected @param {string} [what] */
export function has(actual, expected, what = 'value') {
  for (const [name, value] of Object.entries(expected)) {
    if (value instanceof RegExp) ok(value.test(String(actual?.[name])), `${what}.${name}: ${actual?.[name]} does not match ${value}`)
    else same(actual?.[name], value, `${what}.${name}`)
  }
}

/** The error that it rejects with, which has at least these members. @param {Promise<unknown>} promise @param {any} expected @param {string} [what] */
export async function rejects(promise, expected, what = 'the promise') {
  const outcome = await promise.then((value) => ({ value }), (error) => ({ error }))
  if (!('error' in outcome)) throw new Error(`${what} resolved with ${sorted(outcome.value)}`)
  has(outcome.error, expected, `${what}: ${outcome.error}`)
  return outcome.error
}

/** @param {() => unknown} call @param {any} expected @param {string} [what] */
export function throws(call, expected, what = 'the call') {
  try {
    call()
  } catch (error) {
    has(error, expected, `${what}: ${error}`)
    return error
  }
  throw new Error(`${what} did not throw`)
}

export const turn = (ms = 5) => new Promise((resolve) => { setTimeout(resolve, ms) })

/** Waits until it is so, at most five seconds. @param {() => unknown} condition */
export async function until(condition) {
  for (const end = Date.now() + 5_000; Date.now() < end; await turn()) if (await condition()) return
  throw new Error(`still not so after 5 s: ${condition}`)
}

/** @param {unknown} value */
function sorted(value) {
  const text = JSON.stringify(value, (_, part) => typeof part === 'object' && part !== null && !Array.isArray(part)
    ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
    : part === undefined ? null : part)
  return text ?? 'undefined'
}
