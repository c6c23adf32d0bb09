// @ts-check

/** A random UUID (version 4). `crypto.randomUUID` is missing where a page comes by plain http. */
export const uuid = () => 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => (Number(crypto.getRandomValues(new Uint8Array(1))) % 16).toString(16))
