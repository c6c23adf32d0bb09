// @ts-check

/**
 * The token for one dial.
 * @param {import('./options.js').Token} source
 * @returns {Promise<string | null>}
 */
export async function fetchToken(source) {
  const given = typeof source === 'function' ? await source() : source
  if (given != null && typeof given !== 'string') throw new TypeError('token() must give a string')
  return given ?? null
}
