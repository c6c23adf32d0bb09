// What a contact is called and where it stands, as an agent would say it.
import type { Connection, Contact, Endpoint } from 'smartagent-plugin-sdk'

import type { ContactView } from '../link/protocol'

export type Phase = ContactView['phase'] | 'held'

export interface Parties {
  agent: Connection | undefined
  customer: Connection | undefined
  others: Connection[]
}

/** The legs that still are, by whose they are. */
export function partiesOf(contact: Contact): Parties {
  const live = contact.connections.filter(({ state }) => state.type !== 'disconnected' && state.type !== 'rejected')
  const agent = live.find(({ type }) => type === 'agent')
  const customer = live.find((leg) => leg !== agent && leg.isInitialConnection)
  return { agent, customer, others: live.filter((leg) => leg !== agent && leg !== customer) }
}

/** The desk's phase, with hold told apart from talking. */
export function phaseOf({ phase, contact }: ContactView): Phase {
  if (phase !== 'talking') return phase
  const { agent, customer, others } = partiesOf(contact)
  const far = [customer, ...others].filter((leg) => leg !== undefined)
  const allHeld = far.length > 0 && far.every(({ state }) => state.type === 'hold')
  return agent?.state.type === 'hold' || allHeld ? 'held' : 'talking'
}

const LABELS: Record<Phase, string> = {
  ringing: 'Ringing', dialling: 'Dialling', talking: 'Connected', held: 'On hold', after_call_work: 'After call work', failed: 'Failed',
}

/** What the phase is called; a contact that failed says how. */
export function phaseLabel(view: ContactView): string {
  const { type } = view.contact.state
  if (type === 'missed') return 'Missed'
  if (type === 'rejected') return 'Rejected'
  return LABELS[phaseOf(view)]
}

const COLORS: Record<Phase, 'info' | 'good' | 'warn' | 'wrap' | 'bad'> = {
  ringing: 'info', dialling: 'info', talking: 'good', held: 'warn', after_call_work: 'wrap', failed: 'bad',
}

/** Which of the page's colours stands for it. */
export function phaseTone(view: ContactView) {
  return COLORS[phaseOf(view)]
}

export function customerName({ contact, customer }: ContactView): string {
  return customer?.name ?? contact.attributes['sa-name'] ?? contact.customerEndpoint?.name ?? customerNumber(contact) ?? 'Unknown caller'
}

export function customerNumber(contact: Contact): string | null {
  return contact.phoneNumber ?? contact.customerEndpoint?.phoneNumber ?? null
}

export function partyName(leg: Connection): string {
  return leg.quickConnectName ?? leg.endpoint?.name ?? leg.endpoint?.phoneNumber ?? leg.endpoint?.agentLogin ?? 'Third party'
}

export function endpointDetail({ type, agentLogin, queue, phoneNumber }: Endpoint): string {
  if (type === 'agent') return `Agent ${agentLogin ?? ''}`.trim()
  if (type === 'queue') return `Queue ${queue ?? ''}`.trim()
  return phoneNumber ?? 'Phone number'
}

/** Minutes and seconds, hours where there are any. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const minutes = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return seconds < 3600 ? minutes : `${Math.floor(seconds / 3600)}:${minutes}`
}
