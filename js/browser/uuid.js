// @ts-check

/** 128 random bits. `crypto.randomUUID` is missing where a page comes by plain http. */
export const uuid = () => crypto.getRandomValues(new Uint32Array(4)).join('-')
