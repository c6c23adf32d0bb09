import { useMemo, useState } from 'react'

import { ALL_KINDS, type Filter } from '../store/filter'
import type { TraceRow } from '../store/trace'
import { InspectorBar } from './InspectorBar'
import { PendingStrip } from './PendingStrip'
import { RowDetail } from './RowDetail'
import { RowList } from './RowList'
import { useRows } from './use-rows'

const START: Filter = { text: '', kinds: new Set(ALL_KINDS), plugin: null, only: 'all' }

/** Everything that goes over the links, and what it means. */
export function Inspector() {
  const [filter, setFilter] = useState(START)
  const [paused, setPaused] = useState(false)
  const [follow, setFollow] = useState(true)
  const [selected, setSelected] = useState<TraceRow | null>(null)
  const shown = useRows(filter, paused)
  const isFiltered = useMemo(() => filter.text !== '' || filter.kinds.size !== ALL_KINDS.length || filter.plugin !== null || filter.only !== 'all', [filter])
  return (
    <section className="inspector" aria-label="Inspector">
      <InspectorBar filter={filter} onFilter={setFilter} paused={paused} onPaused={setPaused} shown={shown.length} onCleared={() => setSelected(null)} />
      <PendingStrip onSelect={setSelected} />
      <div className="inspector-body">
        <RowList shown={shown} selected={selected} onSelect={setSelected} follow={follow && !paused} onFollow={setFollow} isFiltered={isFiltered} onReset={() => setFilter(START)} />
        <RowDetail row={selected} onSelect={setSelected} />
      </div>
    </section>
  )
}
