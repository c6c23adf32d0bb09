import { UnstyledButton } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'

/** Places that are marked, by path as the errors name them, with what is wrong there. */
export type Marks = ReadonlyMap<string, string>

const NO_MARKS: Marks = new Map()
/** Deeper members start closed, unless something in them is marked. */
const OPEN_TO_DEPTH = 2
const MEMBERS_SHOWN = 200

/** A payload as a tree that opens and closes. */
export function JsonTree({ value, marks = NO_MARKS }: { value: unknown; marks?: Marks }) {
  return (
    <ul className="tree" aria-label="Payload">
      {membersOf(value).map(([key, member]) => <Node key={key} name={key} value={member} path={join('', key, Array.isArray(value))} depth={0} marks={marks} />)}
      <Missing marks={marks} value={value} path="" />
    </ul>
  )
}

interface NodeProps { name: string; value: unknown; path: string; depth: number; marks: Marks }

function Node({ name, value, path, depth, marks }: NodeProps) {
  const isBranch = typeof value === 'object' && value !== null && membersOf(value).length > 0
  const [isOpen, setOpen] = useState(depth < OPEN_TO_DEPTH || [...marks.keys()].some((marked) => marked.startsWith(path)))
  const mark = marks.get(path)
  return (
    <li className="tree-node" data-marked={mark !== undefined}>
      {isBranch ? (
        <UnstyledButton className="tree-branch" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <IconChevronRight size={12} data-open={isOpen} aria-hidden /><span className="tree-name">{name}</span>
          <span className="tree-hint">{Array.isArray(value) ? `${value.length} items` : `${membersOf(value).length} members`}</span>
        </UnstyledButton>
      ) : (
        <span className="tree-leaf"><span className="tree-name">{name}</span><Value value={value} /></span>
      )}
      {mark === undefined ? null : <span className="tree-mark" role="note">{mark}</span>}
      {isBranch && isOpen ? <Members value={value} path={path} depth={depth} marks={marks} /> : null}
    </li>
  )
}

function Members({ value, path, depth, marks }: Omit<NodeProps, 'name'>) {
  const [limit, setLimit] = useState(MEMBERS_SHOWN)
  const members = membersOf(value)
  return (
    <ul>
      {members.slice(0, limit).map(([key, member]) => <Node key={key} name={key} value={member} path={join(path, key, Array.isArray(value))} depth={depth + 1} marks={marks} />)}
      {members.length > limit ? <li><UnstyledButton className="tree-more" onClick={() => setLimit(limit + MEMBERS_SHOWN)}>{members.length - limit} more</UnstyledButton></li> : null}
      <Missing marks={marks} value={value} path={path} />
    </ul>
  )
}

/** A mark on a member that is not there: it is missing. */
function Missing({ marks, value, path }: { marks: Marks; value: unknown; path: string }) {
  const keys = new Set(membersOf(value).map(([key]) => join(path, key, Array.isArray(value))))
  const missing = [...marks].filter(([marked]) => !keys.has(marked) && parent(marked) === path && marked !== '')
  return missing.map(([marked, text]) => (
    <li key={marked} className="tree-node" data-marked>
      <span className="tree-leaf"><span className="tree-name">{marked.slice(path.length).replace(/^\./, '')}</span><span className="tree-value" data-type="missing">missing</span></span>
      <span className="tree-mark" role="note">{text}</span>
    </li>
  ))
}

function Value({ value }: { value: unknown }) {
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
  return <span className="tree-value" data-type={type}>{type === 'object' ? '{}' : type === 'array' ? '[]' : JSON.stringify(value)}</span>
}

function membersOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}

/** Paths as the SDK's errors write them: `endpoint.phoneNumber`, `steps[2]`. */
function join(path: string, key: string, isArray: boolean): string {
  if (isArray) return `${path}[${key}]`
  return path === '' ? key : `${path}.${key}`
}

function parent(path: string): string {
  return path.replace(/(?:\.?[^.[\]]+|\[\d+\])$/, '')
}
