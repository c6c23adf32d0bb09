// @ts-check

const { apply } = Reflect
const { toString } = Function.prototype

/** Whoever puts another `toString` in place may show the source of one function for another. */
const tellsTheTruth = apply(toString, toString, []) === 'function toString() { [native code] }'

/** How much of what it is called with a function can look at. */
export const NOTHING = 0
export const FIRST = 1
export const ALL = 2

/**
 * How much of what it is called with a function can look at, whatever its body does: an arrow function has no `arguments`,
 * so nothing where it has no parameter, and where it has one that is a plain name, the first. A bound, native or proxied
 * function shows no source, and counts as one that looks at all.
 * @param {(...given: any[]) => unknown} call
 * @returns {0 | 1 | 2}
 */
export function sightOf(call) {
  if (!tellsTheTruth) return ALL
  const source = apply(toString, call, [])
  const first = behind(source, 'async', 0) ?? 0
  const open = behind(source, '(', first)
  const start = open ?? first
  const name = behindName(source, start)
  const close = open === null ? name : behind(source, ')', name)
  if (close === null || behind(source, '=>', close) === null) return ALL
  // A single `async` before the arrow is the name of its parameter.
  return open === null || name > start ? FIRST : NOTHING
}

/**
 * Where the text goes on behind a word, space and comments; null where the word is not there. By single characters, because
 * the methods of strings can be replaced.
 * @param {string} text @param {string} word @param {number} from
 */
function behind(text, word, from) {
  let at = from
  for (let place = 0; place < word.length; place++) if (text[at++] !== word[place]) return null
  return behindSpace(text, at)
}

/** @param {string} text @param {number} from */
function behindName(text, from) {
  let at = from
  while (isOfName(text[at])) at++
  return at === from ? at : behindSpace(text, at)
}

/** @param {string | undefined} char */
function isOfName(char) {
  return char !== undefined && ((char >= 'a' && char <= 'z') || (char >= 'A' && char <= 'Z') || (char >= '0' && char <= '9') || char === '_' || char === '$')
}

/** @param {string} text @param {number} from */
function behindSpace(text, from) {
  let at = from
  for (;;) {
    const char = text[at]
    if (char === ' ' || char === '\t' || char === '\n' || char === '\r') at++
    else if (char === '/' && text[at + 1] === '*') {
      at += 2
      while (at < text.length && !(text[at] === '*' && text[at + 1] === '/')) at++
      at += 2
    } else return at
  }
}

/** Knows what of its events no listener looks at. */
export class Sight {
  /** Events with listeners of which none looks at the payload. @type {Set<string>} */
  overlooked = new Set()
  /** Events with listeners of which none looks at more than the payload. @type {Set<string>} */
  withoutMeta = new Set()
  /** Of an event: listeners, those that look at the payload, and those that look at all. @type {Map<string, [number, number, number]>} */
  #counts = new Map()
  #changed

  /** @param {(event: string, overlooked: boolean) => void} changed */
  constructor(changed) {
    this.#changed = changed
  }

  /** A listener came or went. @param {string} event @param {0 | 1 | 2} sight @param {1 | -1} more */
  count(event, sight, more) {
    const counts = this.#counts.get(event) ?? [0, 0, 0]
    for (let level = 0; level <= sight; level++) counts[level] += more
    const [all, payload, meta] = counts
    if (all > 0) this.#counts.set(event, counts)
    else this.#counts.delete(event)
    note(this.withoutMeta, event, all > 0 && meta === 0)
    const overlooked = all > 0 && payload === 0
    if (note(this.overlooked, event, overlooked)) this.#changed(event, overlooked)
  }
}

/** @param {Set<string>} set @param {string} name @param {boolean} there @returns {boolean} whether that is new */
function note(set, name, there) {
  if (set.has(name) === there) return false
  if (there) set.add(name)
  else set.delete(name)
  return true
}
