import { ActionIcon, Tooltip } from '@mantine/core'
import { IconPhoneX, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import type { Connection } from 'smartagent-plugin-sdk'

import type { ContactView } from '../link/protocol'
import { customerName, partiesOf, partyName } from '../model/call'
import { useDesk } from '../store/use-desk'

const STATES: Partial<Record<Connection['state']['type'], string>> = { connected: 'talking', hold: 'on hold', connecting: 'calling …', silent_monitor: 'listening', barge: 'barged in' }

/** Who takes part in the call, and what each can be told. */
export function PartyList({ view }: { view: ContactView | null }) {
  const isLive = view !== null && (view.phase === 'talking' || view.phase === 'dialling')
  const { agent, customer, others } = view === null ? { agent: undefined, customer: undefined, others: [] } : partiesOf(view.contact)
  return (
    <div className="parties">
      <h2 className="pane-label">Participants</h2>
      {!isLive ? <p className="parties-none">Nobody is on the line.</p> : (
        <ul aria-label="Participants">
          {agent === undefined ? null : <Party view={view} leg={agent} name="You" party="agent" />}
          {customer === undefined ? null : <Party view={view} leg={customer} name={customerName(view)} party="customer" />}
          {others.map((leg) => <Party key={leg.connectionId} view={view} leg={leg} name={partyName(leg)} party={leg.connectionId} isThird />)}
        </ul>
      )}
    </div>
  )
}

interface PartyProps { view: ContactView; leg: Connection; name: string; party: string; isThird?: boolean }

function Party({ view, leg, name, party, isThird = false }: PartyProps) {
  const desk = useDesk()
  const { contactId } = view.contact
  const { type } = leg.state
  const target = { contact: contactId, party }
  return (
    <li className="party" data-state={type}>
      <span className="tone-dot" />
      <span className="party-name">{name} <small>{STATES[type] ?? type}</small></span>
      {type === 'connected' && view.allowed.includes('hold') ? (
        <PartyButton label={`Hold ${name}`} onClick={() => void desk.act('hold', target)}><IconPlayerPause size={15} aria-hidden /></PartyButton>
      ) : null}
      {type === 'hold' && view.allowed.includes('resume') ? (
        <PartyButton label={`Resume ${name}`} onClick={() => void desk.act('resume', target)}><IconPlayerPlay size={15} aria-hidden /></PartyButton>
      ) : null}
      {isThird && view.allowed.includes('end_connection') ? (
        <PartyButton label={`End the leg of ${name}`} onClick={() => void desk.act('end_connection', target)}><IconPhoneX size={15} aria-hidden /></PartyButton>
      ) : null}
    </li>
  )
}

function PartyButton({ label, onClick, children }: { label: string; onClick: () => void; children: React.ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon size={26} aria-label={label} onClick={onClick}>{children}</ActionIcon>
    </Tooltip>
  )
}
