import { Button, CopyButton, Menu, Tabs } from '@mantine/core'
import { IconArrowRight, IconCopy, IconHandClick } from '@tabler/icons-react'
import { useState } from 'react'

import type { TraceRow } from '../store/trace'
import { useDesk } from '../store/use-desk'
import { copiesOf } from './copy-as'
import { DiffView } from './DiffView'
import { Issues } from './Issues'
import { JsonTree } from './JsonTree'
import { latency, size, timeOf } from './RowLine'

type Tab = 'payload' | 'diff' | 'raw'

/** One row in full. */
export function RowDetail({ row, onSelect }: { row: TraceRow | null; onSelect: (row: TraceRow) => void }) {
  const { trace } = useDesk()
  const [tab, setTab] = useState<Tab>('payload')
  if (row === null) return <Nothing />
  const request = row.kind === 'answer' ? trace.requestOf(row) : undefined
  const previous = trace.previous(row)
  return (
    <aside className="detail" aria-label="Selected row">
      <header className="detail-head">
        <div>
          <h2>{row.name}</h2>
          <p className="tabular">{[row.kind, row.plugin, timeOf(row.at), row.size === 0 ? null : size(row.size), row.latencyMs === null ? null : latency(row.latencyMs), row.seq === null ? null : `seq ${row.seq}`].filter((part) => part !== null).join(' · ')}</p>
        </div>
        <CopyMenu row={row} />
      </header>
      {row.error === undefined ? null : <Issues error={row.error} request={request} isDenied={row.error.code === 'E_FORBIDDEN'} />}
      {request === undefined ? null : (
        <Button variant="subtle" size="compact-xs" className="detail-request" rightSection={<IconArrowRight size={13} aria-hidden />} onClick={() => onSelect(request)}>Its request, {row.latencyMs === null ? '' : `${latency(row.latencyMs)} `}before</Button>
      )}
      <Tabs value={tab} onChange={(value) => setTab((value ?? 'payload') as Tab)} className="detail-tabs" keepMounted={false}>
        <Tabs.List aria-label="Views of the payload">
          <Tabs.Tab value="payload">Payload</Tabs.Tab>
          <Tabs.Tab value="diff">Diff</Tabs.Tab>
          <Tabs.Tab value="raw">Text</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="payload" className="detail-panel" tabIndex={0}><Payload row={row} /></Tabs.Panel>
        <Tabs.Panel value="diff" className="detail-panel" tabIndex={0}><DiffView row={row} previous={previous} /></Tabs.Panel>
        <Tabs.Panel value="raw" className="detail-panel" tabIndex={0}><pre className="raw">{pretty(row.text)}</pre></Tabs.Panel>
      </Tabs>
    </aside>
  )
}

function Payload({ row }: { row: TraceRow }) {
  if (row.truncated === true) return <p className="detail-none">The payload is larger than 64 KiB and is left out.</p>
  if (row.text === '') return <p className="detail-none">There is no payload.</p>
  return <JsonTree key={row.id} value={JSON.parse(row.text)} />
}

function CopyMenu({ row }: { row: TraceRow }) {
  const copies = copiesOf(row)
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target><Button variant="default" leftSection={<IconCopy size={14} aria-hidden />}>Copy as</Button></Menu.Target>
      <Menu.Dropdown>
        {copies.map(({ label, text }) => (
          <CopyButton key={label} value={text}>
            {({ copied, copy }) => <Menu.Item closeMenuOnClick={false} onClick={copy}>{copied ? 'Copied' : label}</Menu.Item>}
          </CopyButton>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function Nothing() {
  return (
    <aside className="detail" aria-label="Selected row">
      <div className="empty">
        <span className="empty-icon"><IconHandClick size={26} stroke={1.6} aria-hidden /></span>
        <strong>No row selected</strong>
        <p>Choose a row to see its payload, what changed since the one before, and why it was refused.</p>
      </div>
    </aside>
  )
}

function pretty(text: string): string {
  return text === '' ? '' : JSON.stringify(JSON.parse(text), null, 2)
}
