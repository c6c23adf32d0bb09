import { useEffect, useMemo, useReducer, useRef } from 'react'

import { type Filter, FilteredRows } from '../store/filter'
import { useDesk } from '../store/use-desk'

/** The rows that match, live; nothing new comes while `paused`. */
export function useRows(filter: Filter, paused: boolean) {
  const { trace } = useDesk()
  const [version, show] = useReducer((count: number) => count + 1, 0)
  const made = useRef<{ filter: Filter; rows: FilteredRows; pending: number } | null>(null)
  const gone = useRef(0)
  if (made.current === null || made.current.filter !== filter || made.current.rows.isStale) {
    made.current = { filter, rows: new FilteredRows(trace, filter), pending: trace.pending.size }
    gone.current = 0
  }
  useEffect(() => {
    if (paused) return undefined
    const refresh = () => {
      const current = made.current
      if (current === null) return
      // What is pending changes without a new row of its own.
      if (current.filter.only === 'pending') made.current = null
      else gone.current += current.rows.refresh()
      show()
    }
    refresh()
    return trace.subscribe(refresh)
  }, [trace, paused, filter])
  const rows = made.current.rows
  // A new object per version, because the rows themselves are changed in place.
  return useMemo(() => ({ rows, length: rows.length, version, takeGone: () => { const count = gone.current; gone.current = 0; return count } }), [rows, version])
}
