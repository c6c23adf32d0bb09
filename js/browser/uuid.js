// @ts-check

/** A random UUID (version 4). `crypto.randomUUID` is missing where a page comes by plain http. */
export function uuid() {
  const random = crypto.getRandomValues(new Uint8Array(36))
  return '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit, place) =>
    (+digit ^ (/** @type {number} */ (random[place]) & (15 >> (+digit / 4)))).toString(16))
}
