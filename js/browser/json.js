// @ts-check

export const { parse, stringify } = JSON
