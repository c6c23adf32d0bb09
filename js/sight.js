// @ts-check

const { apply } = Reflect
const { toString } = Function.prototype

/** Whoever puts another `toString` in place may show the source of one function for another. */
const tellsTheTruth = apply(toString, toString, []) === 'function toString() { [native code] }'

/**
 * Whether a function cannot look at what it is called with, whatever its body does: an arrow function without parameters
 * has no `arguments` either. A bound, native or proxied function shows no source, and counts as one that looks.
 * @param {(...given: any[]) => unknown} call
 * @returns {boolean}
 */
export function isSightless(call) {
  if (!tellsTheTruth) return false
  const source = apply(toString, call, [])
  const open = behind(source, 'async', 0) ?? 0
  const close = behind(source, '(', open)
  const arrow = close === null ? null : behind(source, ')', close)
  return arrow !== null && behind(source, '=>', arrow) !== null
}

/**
 * Where the text goes on behind a word and the space that follows; null where the word is not there. By single
 * characters, because the methods of strings can be replaced.
 * @param {string} text @param {string} word @param {number} from
 */
function behind(text, word, from) {
  let at = from
  for (let place = 0; place < word.length; place++) if (text[at++] !== word[place]) return null
  while (text[at] === ' ' || text[at] === '\t' || text[at] === '\n' || text[at] === '\r') at++
  return at
}

/** Knows of which events no listener looks at what it gets. */
export class Sight {
  /** Events with listeners of which none looks. @type {Set<string>} */
  overlooked = new Set()
  /** Listeners of an event that look. @type {Map<string, number>} */
  #looking = new Map()
  #changed

  /** @param {(event: string, overlooked: boolean) => void} changed */
  constructor(changed) {
    this.#changed = changed
  }

  /** A listener came or went. @param {string} event @param {boolean} sightless @param {1 | -1} more @param {number} listeners of the event now */
  count(event, sightless, more, listeners) {
    const looking = (this.#looking.get(event) ?? 0) + (sightless ? 0 : more)
    if (looking > 0) this.#looking.set(event, looking)
    else this.#looking.delete(event)
    const overlooked = looking === 0 && listeners > 0
    if (overlooked === this.overlooked.has(event)) return
    if (overlooked) this.overlooked.add(event)
    else this.overlooked.delete(event)
    this.#changed(event, overlooked)
  }
}
