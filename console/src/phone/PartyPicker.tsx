import { Button, Popover, SegmentedControl, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import { IconHeadset, IconPhone, IconUsersGroup } from '@tabler/icons-react'
import { type FormEvent, type ReactNode, useState } from 'react'

import type { ActionParameters, ContactView } from '../link/protocol'
import { endpointDetail } from '../model/call'
import { useDesk, useDeskState } from '../store/use-desk'

interface PartyPickerProps {
  view: ContactView | null
  purpose: 'add' | 'transfer'
  opened: boolean
  onChange: (opened: boolean) => void
  children: ReactNode
}

const ICONS = { agent: IconHeadset, queue: IconUsersGroup, phone_number: IconPhone }

/** Whom to call in or hand over to: a quick connect or a number. */
export function PartyPicker({ view, purpose, opened, onChange, children }: PartyPickerProps) {
  const desk = useDesk()
  const quickConnects = useDeskState((state) => state.quickConnects)
  const [kind, setKind] = useState<'warm' | 'cold'>('warm')
  const [number, setNumber] = useState('')
  const call = (party: Pick<ActionParameters['add'], 'quickConnect' | 'phoneNumber'>) => {
    if (view === null) return
    const target = { contact: view.contact.contactId, ...party }
    onChange(false)
    setNumber('')
    void (purpose === 'add' ? desk.act('add', target) : desk.act('transfer', { ...target, kind }))
  }
  const dial = (event: FormEvent) => {
    event.preventDefault()
    if (number.trim() !== '') call({ phoneNumber: number.trim() })
  }
  return (
    <Popover width={270} position="right-start" withArrow trapFocus opened={opened} onChange={onChange}>
      <Popover.Target>{children}</Popover.Target>
      <Popover.Dropdown p="sm" aria-label={purpose === 'add' ? 'Add a participant' : 'Transfer the call'}>
        <Stack gap="xs">
          <Text size="sm" fw={600}>{purpose === 'add' ? 'Add a participant' : 'Transfer to'}</Text>
          {purpose === 'add' ? null : (
            <SegmentedControl aria-label="Kind of transfer" fullWidth value={kind} onChange={(value) => setKind(value as 'warm' | 'cold')}
              data={[{ value: 'warm', label: 'Warm: talk first' }, { value: 'cold', label: 'Cold: at once' }]} />
          )}
          <ul className="quick-connects" aria-label="Quick connects">
            {quickConnects.map((endpoint) => {
              const Sign = ICONS[endpoint.type ?? 'phone_number']
              const name = endpoint.name ?? 'Unnamed'
              return (
                <li key={endpoint.endpointARN ?? name}>
                  <UnstyledButton className="quick-connect" onClick={() => call({ quickConnect: name })}>
                    <Sign size={17} aria-hidden /><span>{name}<small>{endpointDetail(endpoint)}</small></span>
                  </UnstyledButton>
                </li>
              )
            })}
          </ul>
          {quickConnects.length === 0 ? <Text size="sm" c="dimmed">There are no quick connects.</Text> : null}
          <form className="dial-row" onSubmit={dial}>
            <TextInput aria-label="Number to call" placeholder="+44…" type="tel" value={number} onChange={(event) => setNumber(event.currentTarget.value)} />
            <Button type="submit" disabled={number.trim() === ''}>Call</Button>
          </form>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
