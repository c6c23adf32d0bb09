import { Button } from '@mantine/core'
import { IconArrowDown, IconListSearch } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from 'react'

import type { TraceRow } from '../store/trace'
import { RowLine } from './RowLine'
import type { useRows } from './use-rows'

const ROW_HEIGHT = 26
const COLUMNS = ['Time', 'Kind', 'Name', 'Plugin', 'Latency', 'Size']

interface RowListProps {
  shown: ReturnType<typeof useRows>
  selected: TraceRow | null
  onSelect: (row: TraceRow) => void
  follow: boolean
  onFollow: (follow: boolean) => void
  isFiltered: boolean
  onReset: () => void
}

/** The rows, of which only those on screen are in the document. */
export function RowList({ shown, selected, onSelect, follow, onFollow, isFiltered, onReset }: RowListProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const { rows, length } = shown
  const virtual = useVirtualizer({ count: length, getScrollElement: () => scroller.current, estimateSize: () => ROW_HEIGHT, overscan: 12 })
  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return
    const gone = shown.takeGone()
    if (follow) element.scrollTop = element.scrollHeight
    // Rows that went away at the top must not move those that are looked at.
    else if (gone > 0) element.scrollTop -= gone * ROW_HEIGHT
  }, [shown, follow])
  const onScroll = () => {
    const element = scroller.current
    if (element === null) return
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight < ROW_HEIGHT
    if (isAtEnd !== follow) onFollow(isAtEnd)
  }
  const selectedIndex = selected === null ? -1 : rows.indexOf(selected.id)
  const go = (index: number) => {
    const row = rows.at(Math.max(0, Math.min(length - 1, index)))
    if (row === undefined) return
    onSelect(row)
    virtual.scrollToIndex(rows.indexOf(row.id))
  }
  useFirstShown(selectedIndex, virtual.scrollToIndex)
  const active = selectedIndex === -1 ? undefined : `row-${selected?.id}`
  return (
    <div className="rows">
      <div className="rows-head" aria-hidden>{COLUMNS.map((column) => <span key={column}>{column}</span>)}</div>
      <div ref={scroller} className="rows-scroll" role="listbox" tabIndex={0} aria-label={`Rows, ${length}`} aria-activedescendant={active} onScroll={onScroll} onKeyDown={(event) => move(event, selectedIndex, length, go)}>
        <div className="rows-space" role="presentation" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows.at(index)
            return row === undefined ? null : <RowLine key={row.id} row={row} top={start} index={index} total={length} isSelected={row.id === selected?.id} onSelect={onSelect} />
          })}
        </div>
      </div>
      {length === 0 ? <NoRows isFiltered={isFiltered} onReset={onReset} /> : null}
      {follow || length === 0 ? null : <Button className="rows-follow" leftSection={<IconArrowDown size={14} aria-hidden />} onClick={() => onFollow(true)}>Newest</Button>}
    </div>
  )
}

/** Brings a row into view that was selected somewhere else. */
function useFirstShown(index: number, scrollTo: (index: number) => void) {
  const last = useRef(-1)
  useEffect(() => {
    if (index !== -1 && last.current === -1) scrollTo(index)
    last.current = index
  })
}

function move(event: KeyboardEvent, selected: number, length: number, go: (index: number) => void) {
  const steps: Record<string, number> = { ArrowDown: selected + 1, ArrowUp: selected - 1, PageDown: selected + 20, PageUp: selected - 20, Home: 0, End: length - 1 }
  const target = steps[event.key]
  if (target === undefined) return
  event.preventDefault()
  go(selected === -1 && event.key !== 'Home' ? length - 1 : target)
}

function NoRows({ isFiltered, onReset }: { isFiltered: boolean; onReset: () => void }) {
  return (
    <div className="empty rows-empty">
      <span className="empty-icon"><IconListSearch size={26} stroke={1.6} aria-hidden /></span>
      <strong>{isFiltered ? 'Nothing matches' : 'Nothing yet'}</strong>
      <p>{isFiltered ? 'No row has what you search for.' : 'Every frame, event, message and answer is listed here as it happens.'}</p>
      {isFiltered ? <Button variant="default" onClick={onReset}>Show everything</Button> : null}
    </div>
  )
}
