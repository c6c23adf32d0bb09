// @ts-check

/** A random name. `randomUUID` is missing where a page comes by plain http. */
export const uuid = () => crypto.randomUUID?.() ?? crypto.getRandomValues(new Uint32Array(4)).join('-')
