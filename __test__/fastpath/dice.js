// Choices at random, the same ones for the same seed.

/** A generator of numbers in [0, 1) that gives the same ones for the same seed. @param {number} seed */
export function seeded(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export class Dice {
  #random

  /** @param {() => number} random */
  constructor(random) {
    this.#random = random
  }

  chance(/** @type {number} */ share) {
    return this.#random() < share
  }

  /** @template T @param {readonly T[]} items @returns {T} */
  pick(items) {
    return /** @type {T} */ (items[Math.floor(this.#random() * items.length)])
  }
}
