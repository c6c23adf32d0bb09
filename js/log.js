// @ts-check

/** A line is never longer than this. */
const MAX_LINE = 2_048
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g

/**
 * Writes one line to the logger of the application. Callers pass names, counts and sizes, never a payload.
 * @param {import('./options.js').Logger} logger
 * @param {'debug' | 'info' | 'warn' | 'error'} level
 * @param {string} text
 */
export function logLine(logger, level, text) {
  try {
    if (typeof logger[level] !== 'function') return
    const line = text.slice(0, MAX_LINE).replace(CONTROL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    logger[level](`smartagent: ${line}`)
  } catch {
    // A logger that fails must not stop what it logs.
  }
}

/** Whether a line of this level is written at all, where making it is not for nothing. @param {import('./options.js').Logger} logger @param {'debug' | 'info' | 'warn' | 'error'} level */
export function logs(logger, level) {
  try {
    return typeof logger[level] === 'function'
  } catch {
    return false
  }
}
