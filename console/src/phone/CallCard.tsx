import { IconArrowDownLeft, IconArrowUpRight, IconMicrophoneOff, IconPhone } from '@tabler/icons-react'

import type { ContactView } from '../link/protocol'
import { clock, customerName, customerNumber, partiesOf, phaseLabel, phaseOf, phaseTone } from '../model/call'
import { useDeskNow, useDeskState } from '../store/use-desk'

/** Who it is, where the call stands and for how long. */
export function CallCard({ view }: { view: ContactView | null }) {
  return view === null ? <Idle /> : <Call view={view} />
}

function Idle() {
  const status = useDeskState(({ agent }) => agent.user.state)
  const isRoutable = status.type === 'routable'
  return (
    <div className="call-card" data-tone="idle">
      <div className="call-who">
        <span className="call-avatar" aria-hidden><IconPhone size={20} stroke={1.7} /></span>
        <div className="call-names">
          <strong>No call</strong>
          <span>{isRoutable ? 'Ready: calls are offered to you' : `${status.name}: no calls are offered to you`}</span>
        </div>
      </div>
      <div className="call-times"><span className="call-clock tabular" aria-hidden>--:--</span></div>
    </div>
  )
}

function Call({ view }: { view: ContactView }) {
  const { contact } = view
  const Arrow = contact.direction === 'outbound' ? IconArrowUpRight : IconArrowDownLeft
  const name = customerName(view)
  return (
    <div className="call-card" data-tone={phaseTone(view)} data-phase={phaseOf(view)}>
      <div className="call-who">
        <span className="call-avatar" aria-hidden>{initials(name)}</span>
        <div className="call-names">
          <strong title={name}>{name}</strong>
          <span><Arrow size={13} aria-label={contact.direction} /> {customerNumber(contact) ?? 'No number'}{contact.queue === null ? '' : ` · ${contact.queue.name}`}</span>
        </div>
        {view.muted ? <span className="call-muted" title="Muted"><IconMicrophoneOff size={16} aria-label="Muted" /></span> : null}
      </div>
      <div className="call-times">
        <span className="call-state" role="status">{phaseLabel(view)}</span>
        <CallTimer view={view} />
      </div>
    </div>
  )
}

function CallTimer({ view }: { view: ContactView }) {
  const now = useDeskNow()
  const { contact } = view
  const { agent, customer } = partiesOf(contact)
  const held = [agent, customer].find((leg) => leg?.state.type === 'hold')
  return (
    <>
      {held === undefined ? null : <span className="call-held tabular">held {clock(now - held.state.timestamp)}</span>}
      <span className="call-clock tabular" role="timer" aria-label="Time in this state">{clock(now - contact.state.timestamp)}</span>
    </>
  )
}

function initials(name: string): string {
  const letters = name.split(/\s+/).map((word) => word.match(/\p{L}/u)?.[0]).filter((letter) => letter !== undefined)
  return letters.length === 0 ? '#' : letters.slice(0, 2).join('').toUpperCase()
}
