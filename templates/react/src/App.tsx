import type { SmartAgent } from 'smartagent-plugin-sdk'
import { useEffect, useState, useSyncExternalStore } from 'react'

import type { Plugin } from './plugin'

export function App({ sm, plugin }: { sm: SmartAgent; plugin: Plugin }) {
  const { agent, caller, state, attributes, error } = useSyncExternalStore(plugin.subscribe, () => plugin.view)
  const [failure, setFailure] = useState<string | null>(null)
  useEffect(() => {
    // Idempotent: React's double mount is harmless.
    sm.init().catch((reason: Error) => setFailure(reason.message))
  }, [sm])
  const hello = failure !== null ? `No desktop: ${failure}` : agent === null ? 'Connecting…' : `Hello ${agent}`
  return (
    <>
      <h1>{hello}</h1>
      {error !== null && <p role="alert">{error}</p>}
      <p role="status">{caller === null ? 'No call.' : `${caller}: ${state}`}</p>
      <dl>
        {Object.entries(attributes).flatMap(([name, value]) => [<dt key={`${name}:name`}>{name}</dt>, <dd key={name}>{value}</dd>])}
      </dl>
      <form action={(data) => plugin.note(String(data.get('note')))}>
        <input name="note" aria-label="Note" placeholder="A note on the contact" required />
        <button>Save</button>
      </form>
    </>
  )
}
