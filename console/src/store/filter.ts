// Which rows the inspector shows: kept up to date as rows come and go, so that nothing is looked at twice.
import type { RowKind } from '../link/protocol'
import type { TraceRow, TraceStore } from './trace'

export type Only = 'all' | 'errors' | 'denied' | 'pending'
export interface Filter {
  text: string
  kinds: ReadonlySet<RowKind>
  plugin: string | null
  only: Only
}

export const ALL_KINDS: readonly RowKind[] = ['event', 'message', 'answer', 'frame', 'state', 'action', 'fault', 'expectation', 'log']

/** `filter.text` is in lower case. */
export function matches(row: TraceRow, filter: Filter, pending: ReadonlyMap<string, number>): boolean {
  const { text, kinds, plugin, only } = filter
  if (!kinds.has(row.kind)) return false
  if (plugin !== null && row.plugin !== plugin) return false
  if (only === 'errors' && row.error === undefined) return false
  if (only === 'denied' && !isDenied(row)) return false
  if (only === 'pending' && !(row.kind === 'message' && row.correlation !== null && pending.has(row.correlation))) return false
  return text === '' || [row.name, row.text, row.plugin, row.error?.code, row.error?.message, row.contactId]
    .some((part) => part?.toLowerCase().includes(text) === true)
}

export function isDenied(row: TraceRow): boolean {
  const code = row.error?.code
  return code === 'E_FORBIDDEN' || code === 'E_AUTH' || code === 'E_ORIGIN'
}

/** The ids of the rows that match, in order. */
export class FilteredRows {
  readonly #trace: TraceStore
  readonly #filter: Filter
  readonly #epoch: number
  #ids: number[] = []
  #start = 0
  #looked: number

  constructor(trace: TraceStore, filter: Filter) {
    this.#trace = trace
    this.#filter = { ...filter, text: filter.text.trim().toLowerCase() }
    this.#epoch = trace.epoch
    this.#looked = trace.first
    this.refresh()
  }

  get length(): number { return this.#ids.length - this.#start }
  /** Whether rows came in at the top, or all went: a new one is needed. */
  get isStale(): boolean { return this.#epoch !== this.#trace.epoch }

  at(index: number): TraceRow | undefined {
    const id = this.#ids[this.#start + index]
    return id === undefined ? undefined : this.#trace.row(id)
  }

  indexOf(id: number): number {
    let low = this.#start
    let high = this.#ids.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#ids[middle] as number) < id) low = middle + 1
      else high = middle
    }
    return this.#ids[low] === id ? low - this.#start : -1
  }

  /** Looks at what is new, and forgets what is gone. Returns how many rows went away at the top. */
  refresh(): number {
    const trace = this.#trace
    for (let id = Math.max(this.#looked, trace.first); id < trace.end; id += 1) {
      const row = trace.row(id)
      if (row !== undefined && matches(row, this.#filter, trace.pending)) this.#ids.push(id)
    }
    this.#looked = trace.end
    const before = this.#start
    while (this.#start < this.#ids.length && (this.#ids[this.#start] as number) < trace.first) this.#start += 1
    const gone = this.#start - before
    if (this.#start > 20_000) {
      this.#ids = this.#ids.slice(this.#start)
      this.#start = 0
    }
    return gone
  }
}
