// Reading a command line: strict, and helpful about a misspelt flag.

/** The command was not called right; the message is for a person and says how to put it right. */
export class UsageError extends Error {}

/**
 * @typedef {{type: 'boolean'} | {type: 'string'} | {type: 'number', min: number, max: number, whole?: boolean}} FlagRule
 */

/**
 * Reads `--flag`, `--flag value` and `--flag=value`; what follows `--` is left as it is.
 * @param {string[]} argv
 * @param {Record<string, FlagRule>} rules
 * @param {{files?: boolean}} [options] `files`: what is no flag is a file's name
 * @returns {{flags: Record<string, string | number | boolean>, rest: string[], files: string[]}}
 */
export function readFlags(argv, rules, { files: takesFiles = false } = {}) {
  /** @type {Record<string, string | number | boolean>} */
  const flags = {}
  /** @type {string[]} */
  const files = []
  const end = argv.indexOf('--')
  const own = end === -1 ? argv : argv.slice(0, end)
  for (let at = 0; at < own.length; at += 1) {
    const arg = /** @type {string} */ (own[at])
    if (takesFiles && !arg.startsWith('--')) {
      files.push(arg)
      continue
    }
    const { name, inline } = splitFlag(arg, rules)
    const rule = /** @type {FlagRule} */ (rules[name])
    if (rule.type === 'boolean') {
      if (inline !== undefined) throw new UsageError(`--${name} takes no value`)
      flags[name] = true
    } else {
      const value = inline ?? own[(at += 1)]
      if (value === undefined || (inline === undefined && value.startsWith('--'))) throw new UsageError(`--${name} needs a value`)
      flags[name] = rule.type === 'number' ? readNumber(name, value, rule) : value
    }
  }
  return { flags, rest: end === -1 ? [] : argv.slice(end + 1), files }
}

/** @param {string} arg @param {Record<string, FlagRule>} rules */
function splitFlag(arg, rules) {
  if (!arg.startsWith('--')) throw new UsageError(`"${arg}" is not a flag: a plugin's command goes behind "--"`)
  const equals = arg.indexOf('=')
  const name = arg.slice(2, equals === -1 ? undefined : equals)
  if (!Object.hasOwn(rules, name)) {
    const near = closest(name, Object.keys(rules))
    throw new UsageError(`there is no flag --${name}${near === undefined ? '; --help lists those there are' : `: did you mean --${near}?`}`)
  }
  return { name, inline: equals === -1 ? undefined : arg.slice(equals + 1) }
}

/** @param {string} name @param {string} text @param {{min: number, max: number, whole?: boolean}} rule */
function readNumber(name, text, { min, max, whole }) {
  const number = Number(text)
  if (text.trim() === '' || !(number >= min && number <= max) || (whole && !Number.isInteger(number))) {
    throw new UsageError(`--${name} takes a ${whole ? 'whole ' : ''}number from ${min} to ${max}`)
  }
  return number
}

/**
 * The candidate nearest in spelling, when it is near enough to have been meant.
 * @param {string} word
 * @param {string[]} candidates
 */
export function closest(word, candidates) {
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance)
  return best !== undefined && best.distance <= Math.max(2, best.candidate.length / 3) ? best.candidate : undefined
}

/** @param {string} a @param {string} b */
function editDistance(a, b) {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const substitute = /** @type {number} */ (previous[j - 1]) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(substitute, /** @type {number} */ (previous[j]) + 1, /** @type {number} */ (row[j - 1]) + 1))
    }
    previous = row
  }
  return /** @type {number} */ (previous.at(-1))
}
