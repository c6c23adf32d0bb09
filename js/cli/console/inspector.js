// The newest rows of the inspector, within bounds of number and size, and who is told of new ones.

/**
 * @typedef {import('./protocol.js').Row} Row
 * @typedef {import('./frame-tap.js').NewRow} NewRow
 */

const MAX_ROWS = 10_000
/** Characters of all payloads kept. */
const MAX_KEPT = 32 * 1_048_576
const MAX_PAYLOAD = 65_536
/** Rows of one message. */
export const MAX_BATCH = 1_000

export class Inspector {
  /** @type {{ row: Row, weight: number }[]} */
  #kept = []
  #weight = 0
  #lastId = 0
  /** Not told yet. @type {Row[]} */
  #fresh = []
  #changed

  /** @param {() => void} changed called when there is something fresh */
  constructor(changed) {
    this.#changed = changed
  }

  /** How many there ever were. */
  get count() {
    return this.#lastId
  }

  get oldest() {
    return this.#kept[0]?.row.id ?? this.#lastId + 1
  }

  /** @param {NewRow} newRow */
  row(newRow) {
    const text = newRow.payload === undefined ? '' : JSON.stringify(newRow.payload) ?? ''
    const { payload, ...rest } = newRow
    /** @type {Row} */
    const row = { id: this.#lastId += 1, at: Date.now(), ...rest }
    if (text.length > MAX_PAYLOAD) row.truncated = true
    else if (payload !== undefined) row.payload = payload
    const weight = 200 + (text.length > MAX_PAYLOAD ? 0 : text.length)
    this.#kept.push({ row, weight })
    this.#weight += weight
    // One time in a while, because the front of an array is not cut off for nothing.
    if (this.#kept.length > MAX_ROWS * 1.1 || this.#weight > MAX_KEPT * 1.1) this.#drop()
    this.#fresh.push(row)
    if (this.#fresh.length > MAX_ROWS) this.#fresh.splice(0, this.#fresh.length - MAX_ROWS)
    this.#changed()
  }

  /** Takes what was not told yet, at most one batch. @returns {Row[]} */
  fresh() {
    return this.#fresh.splice(0, MAX_BATCH)
  }

  /** @param {{ before?: number, limit: number }} page @returns {Row[]} the newest of those before, oldest first */
  older({ before = Infinity, limit }) {
    const end = this.#kept.findLastIndex(({ row }) => row.id < before) + 1
    return this.#kept.slice(Math.max(0, end - limit), end).map(({ row }) => row)
  }

  #drop() {
    let count = Math.max(0, this.#kept.length - MAX_ROWS)
    let weight = 0
    for (let at = 0; at < count || this.#weight - weight > MAX_KEPT; at += 1) {
      weight += this.#kept[at]?.weight ?? this.#weight
      count = Math.max(count, at + 1)
    }
    this.#kept.splice(0, count)
    this.#weight -= weight
  }
}
