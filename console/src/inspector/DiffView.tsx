import type { TraceRow } from '../store/trace'
import { type Change, diff } from './diff'
import { timeOf } from './RowLine'

/** What changed since the last row of the same name. */
export function DiffView({ row, previous }: { row: TraceRow; previous: TraceRow | undefined }) {
  if (previous === undefined) return <p className="detail-none">This is the first {row.name} of this plugin: there is nothing to compare it with.</p>
  const changes = diff(parse(previous.text), parse(row.text))
  return (
    <>
      <p className="diff-head">Against the {row.name} of {timeOf(previous.at)}</p>
      {changes.length === 0 ? <p className="detail-none">They are the same.</p> : (
        <ul className="diff" aria-label="Changes">{changes.map((change) => <ChangeLine key={change.path} change={change} />)}</ul>
      )}
    </>
  )
}

const SIGNS = { added: '+', removed: '−', changed: '~' } as const

function ChangeLine({ change: { path, kind, from, to } }: { change: Change }) {
  return (
    <li data-kind={kind}>
      <span className="diff-sign" aria-label={kind}>{SIGNS[kind]}</span>
      <span className="diff-path">{path === '' ? '(payload)' : path}</span>
      <span className="diff-values">
        {kind === 'added' ? null : <del>{JSON.stringify(from)}</del>}
        {kind === 'removed' ? null : <ins>{JSON.stringify(to)}</ins>}
      </span>
    </li>
  )
}

function parse(text: string): unknown {
  return text === '' ? {} : JSON.parse(text)
}
