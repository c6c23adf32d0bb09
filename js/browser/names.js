// @ts-check

/** The events of the SDK itself, and the ids of calls, which wait like listeners. */
export const LOCAL = /^(ready|interrupted|resync|drain|error|closed|q\d+)$/
/** The methods that are no messages are left out; what is unknown here the host knows. */
export const MESSAGE = /^(?!get|set|hide|show_pl)[a-z_]{1,64}$/
/** The messages that change a call or a customer carry an idempotency key. */
export const KEYED = /^(update_c|tr|end|qu)/
