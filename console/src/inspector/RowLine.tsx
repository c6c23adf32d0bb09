import { memo } from 'react'

import type { Row } from '../link/protocol'
import type { TraceRow } from '../store/trace'

const ARROWS: Record<Row['direction'], { sign: string; label: string }> = {
  in: { sign: '←', label: 'from the plugin' }, out: { sign: '→', label: 'to the plugin' }, none: { sign: '·', label: 'on the desk' },
}

interface RowLineProps { row: TraceRow; top: number; index: number; total: number; isSelected: boolean; onSelect: (row: TraceRow) => void }

/** One row, chosen when the button goes down: by the time it is up, newer rows may have moved it away. Made from plain elements: dozens of them are replaced with every frame of a scroll. */
export const RowLine = memo(function RowLine({ row, top, index, total, isSelected, onSelect }: RowLineProps) {
  const { sign, label } = ARROWS[row.direction]
  return (
    <div id={`row-${row.id}`} className="row" role="option" aria-selected={isSelected} aria-posinset={index + 1} aria-setsize={total} data-kind={row.kind} data-error={row.error !== undefined}
      style={{ transform: `translateY(${top}px)` }} onPointerDown={(event) => { if (event.button === 0) onSelect(row) }}>
      <span className="row-time">{timeOf(row.at)}</span>
      <span className="row-kind"><span aria-label={label}>{sign}</span> {row.kind}</span>
      <span className="row-name">{row.name}{row.error === undefined ? null : <em>{row.error.code ?? 'error'}</em>}</span>
      <span className="row-plugin">{row.plugin}</span>
      <span className="row-number">{row.latencyMs === null ? '' : latency(row.latencyMs)}</span>
      <span className="row-number">{row.size === 0 ? '' : size(row.size)}</span>
    </div>
  )
})

/** Local time to the millisecond. */
export function timeOf(at: number): string {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

export function latency(ms: number): string {
  return ms < 1 ? '<1 ms' : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

export function size(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KiB`
}
