// @ts-check

/** A random UUID (version 4). `crypto.randomUUID` is missing where a page comes by plain http. */
export const uuid = () => '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (digit) =>
  (+digit ^ (Number(crypto.getRandomValues(new Uint8Array(1))) & (15 >> (+digit / 4)))).toString(16))
