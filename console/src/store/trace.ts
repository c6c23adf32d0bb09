// Everything that went over the links, oldest first, bounded by rows and by bytes.
import type { Row } from '../link/protocol'

/** A row without its payload, which is kept as text: a hundred thousand parsed payloads would not fit. */
export interface TraceRow extends Omit<Row, 'payload'> { text: string }

export interface TraceLimits { rows: number; bytes: number }

const DEFAULTS: TraceLimits = { rows: 100_000, bytes: 64 * 1024 * 1024 }
/** What a row costs beside its texts. */
const ROW_BYTES = 200
/** Views are told at most this often, however much comes. */
const TELL_EVERY_MS = 100

export class TraceStore {
  readonly limits: TraceLimits
  /** A row lies at its id modulo the limit. */
  readonly #rows = new Map<number, TraceRow>()
  readonly #listeners = new Set<() => void>()
  /** Requests without an answer, and where each request's row is, by correlation. */
  readonly #pending = new Map<string, number>()
  readonly #requests = new Map<string, number>()
  #first = 0
  #end = 0
  #bytes = 0
  #dropped = 0
  #version = 0
  /** Goes up when ids no longer rise from the end only: whoever keeps ids starts again. */
  epoch = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(limits: Partial<TraceLimits> = {}) {
    this.limits = { ...DEFAULTS, ...limits }
  }

  /** Rows have ids from here on … */
  get first(): number { return this.#first }
  /** … up to here; this one is not there yet. */
  get end(): number { return this.#end }
  get length(): number { return this.#rows.size }
  get bytes(): number { return this.#bytes }
  /** How many rows were given up for newer ones. */
  get dropped(): number { return this.#dropped }
  get pending(): ReadonlyMap<string, number> { return this.#pending }

  row(id: number): TraceRow | undefined {
    return this.#rows.get(id)
  }

  /** Adds what is newer than everything here. */
  append(rows: readonly Row[]): void {
    for (const row of rows) {
      if (row.id < this.#end) continue
      if (this.length === 0) this.#first = row.id
      this.#put(row)
      this.#end = row.id + 1
      while (this.length > 1 && (this.length > this.limits.rows || this.#bytes > this.limits.bytes)) this.#drop()
    }
    this.#changed()
  }

  /** Adds what is older than everything here, as far as there is room. */
  prepend(rows: readonly Row[]): void {
    for (const row of rows.toReversed()) {
      if (row.id >= this.#first || this.length >= this.limits.rows || this.#bytes > this.limits.bytes) continue
      this.#put(row)
      this.#first = row.id
    }
    this.epoch += 1
    this.#changed()
  }

  /** Takes everything away. `forgetIds` when the next rows begin again. */
  clear({ forgetIds = false } = {}): void {
    this.#rows.clear()
    this.#pending.clear()
    this.#requests.clear()
    if (forgetIds) this.#end = 0
    this.#first = this.#end
    this.#bytes = 0
    this.#dropped = 0
    this.epoch += 1
    this.#changed()
  }

  /** The row before that one with the same kind, name and plugin: what to compare it with. */
  previous(row: TraceRow): TraceRow | undefined {
    for (let id = row.id - 1; id >= this.#first; id -= 1) {
      const other = this.row(id)
      if (other !== undefined && other.name === row.name && other.kind === row.kind && other.plugin === row.plugin) return other
    }
    return undefined
  }

  /** The request that an answer belongs to. */
  requestOf(row: TraceRow): TraceRow | undefined {
    const id = row.correlation === null ? undefined : this.#requests.get(row.correlation)
    return id === undefined ? undefined : this.row(id)
  }

  version = (): number => this.#version

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #put({ payload, ...row }: Row): void {
    const kept: TraceRow = { ...row, text: payload === undefined ? '' : JSON.stringify(payload) }
    this.#rows.set(row.id, kept)
    this.#bytes += cost(kept)
    if (row.correlation === null) return
    if (row.kind === 'message') {
      this.#requests.set(row.correlation, row.id)
      this.#pending.set(row.correlation, row.id)
    } else if (row.kind === 'answer') this.#pending.delete(row.correlation)
  }

  #drop(): void {
    while (!this.#rows.has(this.#first)) this.#first += 1
    const oldest = this.#rows.get(this.#first) as TraceRow
    this.#rows.delete(this.#first)
    this.#bytes -= cost(oldest)
    if (oldest.correlation !== null && oldest.kind === 'message') {
      this.#requests.delete(oldest.correlation)
      this.#pending.delete(oldest.correlation)
    }
    this.#first += 1
    this.#dropped += 1
  }

  #changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#version += 1
      for (const listener of [...this.#listeners]) listener()
    }, TELL_EVERY_MS)
  }
}

function cost(row: TraceRow): number {
  return ROW_BYTES + row.text.length + (row.error === undefined ? 0 : JSON.stringify(row.error).length)
}
