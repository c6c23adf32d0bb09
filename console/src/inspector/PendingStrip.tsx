import { UnstyledButton } from '@mantine/core'
import { useEffect, useReducer, useState } from 'react'

import type { TraceRow } from '../store/trace'
import { useDesk } from '../store/use-desk'

const SHOWN = 4

/** Calls of plugins that are not answered yet, with how long they have waited. */
export function PendingStrip({ onSelect }: { onSelect: (row: TraceRow) => void }) {
  const { trace } = useDesk()
  const [, show] = useReducer((count: number) => count + 1, 0)
  const [now, setNow] = useState(Date.now())
  useEffect(() => trace.subscribe(show), [trace])
  const isWaiting = trace.pending.size > 0
  useEffect(() => {
    if (!isWaiting) return undefined
    const timer = setInterval(() => setNow(Date.now()), 250)
    return () => clearInterval(timer)
  }, [isWaiting])
  const rows = [...trace.pending.values()].slice(0, SHOWN).map((id) => trace.row(id)).filter((row) => row !== undefined)
  return (
    <div className="pending" aria-label="Pending calls" role="group">
      <span className="pane-label">Pending <span className="pane-count">{trace.pending.size}</span></span>
      {rows.map((row) => (
        <UnstyledButton key={row.id} className="pending-call" onClick={() => onSelect(row)}>
          {row.name}<span className="tabular">{(Math.max(0, now - row.at) / 1000).toFixed(1)} s</span>
        </UnstyledButton>
      ))}
      {rows.length === 0 ? <span className="pending-none">every call is answered</span> : null}
    </div>
  )
}
