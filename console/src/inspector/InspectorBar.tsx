import { ActionIcon, Button, Menu, SegmentedControl, Select, TextInput, Tooltip } from '@mantine/core'
import { IconDownload, IconFilter, IconPlayerPause, IconPlayerPlay, IconSearch, IconTrash } from '@tabler/icons-react'

import type { RowKind } from '../link/protocol'
import { ALL_KINDS, type Filter, type Only } from '../store/filter'
import { useDesk, useDeskState } from '../store/use-desk'
import { saveAs } from './save-as'

const ONLY = [{ value: 'all', label: 'All' }, { value: 'errors', label: 'Errors' }, { value: 'denied', label: 'Denied' }, { value: 'pending', label: 'Pending' }]

interface InspectorBarProps {
  filter: Filter
  onFilter: (filter: Filter) => void
  paused: boolean
  onPaused: (paused: boolean) => void
  shown: number
  onCleared: () => void
}

export function InspectorBar({ filter, onFilter, paused, onPaused, shown, onCleared }: InspectorBarProps) {
  const desk = useDesk()
  const { trace } = desk
  const plugins = useDeskState((state) => state.plugins)
  const names = [...new Set(plugins.map(({ plugin }) => plugin))]
  const pauseLabel = paused ? 'Show new rows again' : 'Hold new rows back'
  return (
    <div className="inspector-bar" role="group" aria-label="Filter">
      <TextInput className="inspector-search" aria-label="Search rows" placeholder="Search names, payloads, errors" leftSection={<IconSearch size={14} aria-hidden />} value={filter.text} onChange={(event) => onFilter({ ...filter, text: event.currentTarget.value })} />
      <SegmentedControl aria-label="Only" data={ONLY} value={filter.only} onChange={(only) => onFilter({ ...filter, only: only as Only })} />
      <KindMenu kinds={filter.kinds} onChange={(kinds) => onFilter({ ...filter, kinds })} />
      {names.length < 2 ? null : <Select className="inspector-plugin" aria-label="Plugin" placeholder="All plugins" clearable data={names} value={filter.plugin} onChange={(plugin) => onFilter({ ...filter, plugin })} />}
      <span className="inspector-count tabular">
        {count(shown)} of {count(trace.length)} rows
        {trace.dropped === 0 ? null : <Tooltip label={`The page keeps ${count(trace.limits.rows)} rows or ${trace.limits.bytes / 1_048_576} MiB. The oldest ${count(trace.dropped)} were dropped.`}><span className="inspector-dropped" tabIndex={0}>{count(trace.dropped)} dropped</span></Tooltip>}
      </span>
      <Tooltip label={pauseLabel}>
        <ActionIcon aria-label={pauseLabel} aria-pressed={paused} variant={paused ? 'filled' : 'subtle'} color={paused ? 'amber' : 'gray'} onClick={() => onPaused(!paused)}>
          {paused ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />}
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Clear the list">
        <ActionIcon aria-label="Clear the list" onClick={() => { trace.clear(); onCleared() }}><IconTrash size={16} aria-hidden /></ActionIcon>
      </Tooltip>
      <ExportMenu />
    </div>
  )
}

function KindMenu({ kinds, onChange }: { kinds: ReadonlySet<RowKind>; onChange: (kinds: ReadonlySet<RowKind>) => void }) {
  const toggle = (kind: RowKind) => {
    const next = new Set(kinds)
    if (!next.delete(kind)) next.add(kind)
    onChange(next)
  }
  const label = kinds.size === ALL_KINDS.length ? 'All kinds' : `${kinds.size} of ${ALL_KINDS.length} kinds`
  return (
    <Menu closeOnItemClick={false} width={190}>
      <Menu.Target><Button variant="default" leftSection={<IconFilter size={14} aria-hidden />}>{label}</Button></Menu.Target>
      <Menu.Dropdown>
        {ALL_KINDS.map((kind) => (
          <Menu.CheckboxItem key={kind} checked={kinds.has(kind)} onChange={() => toggle(kind)}>{kind}</Menu.CheckboxItem>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => onChange(new Set(ALL_KINDS))}>All</Menu.Item>
        <Menu.Item onClick={() => onChange(new Set(['event', 'message', 'answer']))}>Events, messages, answers</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** A recording of the run, as `smartagent replay` plays it. */
function ExportMenu() {
  const desk = useDesk()
  const save = async (redact: boolean) => {
    try {
      const { name, text } = await desk.command('recording', { redact })
      saveAs(name, text, 'application/x-ndjson')
    } catch (error) {
      desk.complain('The recording was not exported', error)
    }
  }
  return (
    <Menu position="bottom-end" width={270}>
      <Menu.Target><Button variant="default" leftSection={<IconDownload size={14} aria-hidden />}>Export</Button></Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Recording, for smartagent replay</Menu.Label>
        <Menu.Item onClick={() => void save(true)}>Customers’ data left out</Menu.Item>
        <Menu.Item onClick={() => void save(false)}>With customers’ data</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function count(value: number): string {
  return value.toLocaleString('en')
}
