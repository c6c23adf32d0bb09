// What differs between two payloads, member by member.

export interface Change { path: string; kind: 'added' | 'removed' | 'changed'; from?: unknown; to?: unknown }

/** More than that is no longer read by anybody. */
const MOST = 500

export function diff(from: unknown, to: unknown): Change[] {
  const changes: Change[] = []
  compare(from, to, '', changes)
  return changes
}

function compare(from: unknown, to: unknown, path: string, changes: Change[]): void {
  if (changes.length >= MOST || Object.is(from, to)) return
  if (!isObject(from) || !isObject(to) || Array.isArray(from) !== Array.isArray(to)) {
    changes.push({ path, kind: 'changed', from, to })
    return
  }
  const isArray = Array.isArray(from)
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const place = isArray ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`
    if (!Object.hasOwn(from, key)) changes.push({ path: place, kind: 'added', to: to[key] })
    else if (!Object.hasOwn(to, key)) changes.push({ path: place, kind: 'removed', from: from[key] })
    else compare(from[key], to[key], place, changes)
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
