import { Button, Menu } from '@mantine/core'
import { IconChevronDown, IconPhoneIncoming } from '@tabler/icons-react'

import type { ActionName, ContactView } from '../link/protocol'
import { partiesOf } from '../model/call'
import { useDesk, useDeskState } from '../store/use-desk'

interface Choice { action: ActionName; label: string }

/** What the customer or a called party does is not the agent's to click: in the simulation somebody has to. */
const CHOICES: readonly Choice[] = [
  { action: 'abandon', label: 'Caller gives up' },
  { action: 'connect', label: 'They answer' },
  { action: 'busy', label: 'They are busy' },
  { action: 'party_answers', label: 'Party answers' },
  { action: 'party_declines', label: 'Party declines' },
  { action: 'party_busy', label: 'Party is busy' },
]
const PEOPLE = [
  { name: 'Robin Caller', phoneNumber: '+442079460123', tier: '2' },
  { name: 'Kim Winter', phoneNumber: '+442079460177', tier: '1' },
  { name: 'Lee Morgan', phoneNumber: '+442079460159', tier: '3' },
] as const

export function OtherSide({ view }: { view: ContactView | null }) {
  const desk = useDesk()
  const choices = CHOICES.filter(({ action }) => view?.allowed.includes(action))
  const contact = view?.contact.contactId ?? ''
  const canHangUp = view?.phase === 'talking' && partiesOf(view.contact).customer !== undefined
  return (
    <div className="other-side" role="group" aria-label="The other side, simulated">
      <h2 className="pane-label">The other side <em>simulated</em></h2>
      <div className="other-side-buttons" data-more={choices.length > 2}>
        {choices.slice(0, 2).map(({ action, label }) => (
          <Button key={action} variant="default" onClick={() => void desk.act(action, { contact } as never)}>{label}</Button>
        ))}
        {choices.length > 2 ? <MoreChoices choices={choices.slice(2)} contact={contact} /> : null}
        {canHangUp && choices.length === 0 ? <Button variant="default" onClick={() => void desk.act('hang_up', { contact, by: 'customer' })}>They hang up</Button> : null}
        {choices.length === 0 ? <NewCall /> : null}
      </div>
    </div>
  )
}

function MoreChoices({ choices, contact }: { choices: readonly Choice[]; contact: string }) {
  const desk = useDesk()
  return (
    <Menu>
      <Menu.Target><Button variant="default" px={6} aria-label="More"><IconChevronDown size={14} aria-hidden /></Button></Menu.Target>
      <Menu.Dropdown>
        {choices.map(({ action, label }) => <Menu.Item key={action} onClick={() => void desk.act(action, { contact } as never)}>{label}</Menu.Item>)}
      </Menu.Dropdown>
    </Menu>
  )
}

function NewCall() {
  const desk = useDesk()
  const { allowed, user } = useDeskState(({ agent }) => agent)
  const count = useDeskState(({ contacts }) => contacts.length)
  const { tier, ...person } = PEOPLE[count % PEOPLE.length] as (typeof PEOPLE)[number]
  const [queue] = user.routingProfile.queues
  const call = { ...person, attributes: { 'sa-name': person.name, tier }, ...(queue === undefined ? {} : { queue: queue.name }) }
  return (
    <Menu>
      <Menu.Target>
        <Button className="other-side-new" variant="light" leftSection={<IconPhoneIncoming size={15} aria-hidden />} rightSection={<IconChevronDown size={13} aria-hidden />} disabled={!allowed.includes('incoming')}>New call</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void desk.act('incoming', call)}>A customer calls</Menu.Item>
        <Menu.Item onClick={() => void desk.act('incoming', { ...call, autoAccept: true })}>A call that is accepted by itself</Menu.Item>
        <Menu.Item onClick={() => void desk.act('incoming', { ...call, multiParty: true })}>A call with room for six parties</Menu.Item>
        <Menu.Item onClick={() => void desk.act('callback', call)}>A queued callback</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
