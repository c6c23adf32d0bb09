// @ts-check

/** The messages that change a call or a customer carry an idempotency key. */
export const KEYED = /^(update_c|tr|end|qu)/
