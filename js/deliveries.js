// @ts-check
import { Buffer } from 'node:buffer'
import { MAX_DOUBLES, MAX_WHOLES, READERS } from './generated/readers.js'
import { PackedReader } from './packed.js'

// How deliveries cross: docs/decisions/0005-how-an-event-crosses.md; `src/node/batch.rs` and `src/node/writer.rs` write what this reads.

const WHOLES = 2 * MAX_WHOLES
const DOUBLES = 2 * MAX_DOUBLES
// One for all clients of this thread: a batch is read to its end before the next one is asked for.
const memory = new ArrayBuffer(WHOLES * 4 + DOUBLES * 8)
const numbers = Buffer.from(memory)
const reader = new PackedReader(new Int32Array(memory, 0, WHOLES), new Float64Array(memory, WHOLES * 4, DOUBLES))

/** What a delivery begins with, as in `src/node/writer.rs`. */
const PACKED_EVENT = 0
const TEXT_EVENT = 1
const PACKED_ANSWER = 2
const TEXT_ANSWER = 3
const UNSEEN_PACKED = 5
const UNSEEN_TEXT = 6

/** @typedef {{ batch?: (numbers: Buffer) => string | null, again?: (at: number, numbers: Buffer) => string | null, drain?: () => string }} Source */

/** In place of a payload that no listener could look at when its batch crossed. */
export class Unseen {
  #source
  #at

  /** @param {Source} source @param {number} at its place in the batch, which must be the last one */
  constructor(source, at) {
    this.#source = source
    this.#at = at
  }

  /** The payload, for a listener that came meanwhile. */
  read() {
    const text = this.#source.again?.(this.#at, numbers) ?? null
    if (text === null) return undefined
    reader.begin(text)
    reader.whole()
    return readDelivery(this.#source, this.#at).payload
  }
}

/**
 * The next deliveries of a native side, in order; none where nothing waits.
 * @param {Source} native one of the addon's clients, or one that gives a JSON array
 * @returns {any[]}
 */
export function nextDeliveries(native) {
  if (native.batch === undefined) {
    const text = native.drain?.() ?? ''
    return text === '' ? [] : JSON.parse(text)
  }
  const text = native.batch(numbers)
  if (text === null) return []
  reader.begin(text)
  const deliveries = []
  const count = reader.whole()
  for (let at = 0; at < count; at++) deliveries.push(readDelivery(native, at))
  return deliveries
}

/** @param {Source} source @param {number} at @returns {any} */
function readDelivery(source, at) {
  const kind = reader.whole()
  if (kind === PACKED_EVENT) {
    const [event, read] = /** @type {import('./packed.js').Member} */ (READERS[reader.whole()])
    return { kind: 'event', event, seq: reader.integer(), timestamp: reader.integer(), payload: read(reader) }
  }
  if (kind === TEXT_EVENT) {
    const event = reader.string()
    return { kind: 'event', event, seq: reader.integer(), timestamp: reader.integer(), payload: reader.anything() }
  }
  if (kind === PACKED_ANSWER) {
    const [, read] = /** @type {import('./packed.js').Member} */ (READERS[reader.whole()])
    return { kind: 'settled', id: reader.integer(), result: read(reader) }
  }
  if (kind === TEXT_ANSWER) return { kind: 'settled', id: reader.integer(), result: reader.anything() }
  if (kind === UNSEEN_PACKED || kind === UNSEEN_TEXT) {
    const event = kind === UNSEEN_TEXT ? reader.string() : /** @type {import('./packed.js').Member} */ (READERS[reader.whole()])[0]
    return { kind: 'event', event, seq: reader.integer(), timestamp: reader.integer(), payload: new Unseen(source, at) }
  }
  return reader.anything()
}
