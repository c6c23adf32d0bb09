import { IconAlertTriangle, IconLock } from '@tabler/icons-react'

import type { ErrorBody } from '../link/protocol'
import type { TraceRow } from '../store/trace'
import { JsonTree } from './JsonTree'

/** What went wrong, and where in the request. */
export function Issues({ error, request, isDenied }: { error: ErrorBody; request: TraceRow | undefined; isDenied: boolean }) {
  const issues = error.issues ?? []
  const marks = new Map(issues.map(({ path, message, hint }) => [path, hint === undefined ? message : `${message}: ${hint}`]))
  if (marks.size === 0 && error.path !== undefined) marks.set(error.path, error.message)
  const Sign = isDenied ? IconLock : IconAlertTriangle
  return (
    <div className="issues" role="group" aria-label={isDenied ? 'Permission denied' : 'Error'}>
      <p className="issues-head"><Sign size={16} aria-hidden /><strong>{error.code}</strong>{error.executed === undefined ? null : <span>executed: {error.executed}</span>}</p>
      <p>{error.message}</p>
      {isDenied ? <p className="issues-todo">Add the scope to the plugin’s manifest, or to what the host grants.</p> : null}
      {issues.length === 0 ? null : (
        <ul className="issues-list" aria-label="Issues">
          {issues.map(({ path, message, hint }, index) => (
            <li key={`${index}`}><code>{path === '' ? '(payload)' : path}</code> {message}{hint === undefined ? null : <em> {hint}</em>}</li>
          ))}
        </ul>
      )}
      {request === undefined || request.text === '' || marks.size === 0 ? null : (
        <div className="issues-payload"><span className="pane-label">In the request</span><JsonTree value={JSON.parse(request.text)} marks={marks} /></div>
      )}
    </div>
  )
}
