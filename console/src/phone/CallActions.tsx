import { Button, UnstyledButton } from '@mantine/core'
import {
  IconArrowsExchange, IconArrowsJoin2, IconCheck, IconMicrophone, IconMicrophoneOff, IconPhoneCheck, IconPhoneOff, IconPhoneX, IconPlayerPause,
  IconPlayerPlay, IconTransferOut, IconUserPlus, type Icon,
} from '@tabler/icons-react'
import { type Ref, useState } from 'react'

import type { ActionName, ContactView } from '../link/protocol'
import { partiesOf } from '../model/call'
import { useDesk } from '../store/use-desk'
import { PartyPicker } from './PartyPicker'

/** What the agent can do with the call now. What is not possible stays in its place, switched off. */
export function CallActions({ view }: { view: ContactView | null }) {
  const phase = view?.phase
  return (
    <div className="call-actions" role="group" aria-label="Call">
      {view !== null && phase === 'ringing' ? <Offered view={view} />
        : view !== null && (phase === 'after_call_work' || phase === 'failed') ? <Finished view={view} />
          : <InCall view={view} />}
    </div>
  )
}

function Offered({ view }: { view: ContactView }) {
  const desk = useDesk()
  const contact = view.contact.contactId
  return (
    <div className="call-offer">
      <Button size="md" color="green" leftSection={<IconPhoneCheck size={18} aria-hidden />} onClick={() => void desk.act('answer', { contact })}>Accept</Button>
      <Button size="md" color="red" leftSection={<IconPhoneX size={18} aria-hidden />} onClick={() => void desk.act('reject', { contact })}>Reject</Button>
    </div>
  )
}

function Finished({ view }: { view: ContactView }) {
  const desk = useDesk()
  const isWork = view.phase === 'after_call_work'
  return (
    <div className="call-offer call-finish">
      <p>{isWork ? 'Finish your notes, then close the contact.' : 'This contact is over. Close it to be offered the next one.'}</p>
      <Button size="md" color={isWork ? 'violet' : 'gray'} leftSection={<IconCheck size={18} aria-hidden />} onClick={() => void desk.act('clear', { contact: view.contact.contactId })}>Close contact</Button>
    </div>
  )
}

function InCall({ view }: { view: ContactView | null }) {
  const desk = useDesk()
  const [picking, setPicking] = useState<'add' | 'transfer' | null>(null)
  const contact = view?.contact.contactId ?? ''
  const can = (name: ActionName) => view?.allowed.includes(name) === true
  const isHeld = view !== null && isCustomerHeld(view)
  const canComplete = can('complete_transfer')
  return (
    <div className="call-grid">
      {view?.muted === true
        ? <Action icon={IconMicrophoneOff} label="Unmute" pressed enabled={can('unmute')} onClick={() => void desk.act('unmute', { contact })} />
        : <Action icon={IconMicrophone} label="Mute" enabled={can('mute')} onClick={() => void desk.act('mute', { contact })} />}
      {isHeld
        ? <Action icon={IconPlayerPlay} label="Resume" pressed enabled={can('resume')} onClick={() => void desk.act('resume', { contact, party: 'customer' })} />
        : <Action icon={IconPlayerPause} label="Hold" enabled={can('hold')} onClick={() => void desk.act('hold', { contact, party: 'customer' })} />}
      <PartyPicker view={view} purpose="add" opened={picking === 'add'} onChange={(opened) => setPicking(opened ? 'add' : null)}>
        <Action icon={IconUserPlus} label="Add" enabled={can('add')} onClick={() => setPicking(picking === 'add' ? null : 'add')} />
      </PartyPicker>
      {canComplete
        ? <Action icon={IconTransferOut} label="Complete" tone="accent" enabled onClick={() => void desk.act('complete_transfer', { contact })} />
        : (
          <PartyPicker view={view} purpose="transfer" opened={picking === 'transfer'} onChange={(opened) => setPicking(opened ? 'transfer' : null)}>
            <Action icon={IconTransferOut} label="Transfer" enabled={can('transfer')} onClick={() => setPicking(picking === 'transfer' ? null : 'transfer')} />
          </PartyPicker>
        )}
      <Action icon={IconArrowsExchange} label="Toggle" enabled={can('toggle')} onClick={() => void desk.act('toggle', { contact })} />
      <Action icon={IconArrowsJoin2} label="Join" title="Join all parties in a conference" enabled={can('conference')} onClick={() => void desk.act('conference', { contact })} />
      <Action icon={IconPhoneOff} label="Hang up" tone="bad" wide enabled={can('hang_up')} onClick={() => void desk.act('hang_up', { contact, by: 'agent' })} />
    </div>
  )
}

interface ActionProps {
  icon: Icon
  label: string
  title?: string
  enabled: boolean
  pressed?: boolean
  wide?: boolean
  tone?: 'bad' | 'accent'
  onClick: () => void
}

/** What else comes in is from a popover that opens beside the button. */
function Action({ icon: Sign, label, enabled, pressed = false, wide = false, tone, ...rest }: ActionProps & { ref?: Ref<HTMLButtonElement> }) {
  return (
    <UnstyledButton {...rest} className="call-action" data-tone={tone} data-wide={wide} data-pressed={pressed} disabled={!enabled}>
      <Sign size={19} stroke={1.8} aria-hidden />
      {/* Another label is another element: a text that changes in place counts as one that moves. */}
      <span key={label}>{label}</span>
    </UnstyledButton>
  )
}

function isCustomerHeld({ contact }: ContactView): boolean {
  return partiesOf(contact).customer?.state.type === 'hold'
}
