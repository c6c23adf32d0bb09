import { ActionIcon, Button, Popover, TextInput } from '@mantine/core'
import { IconDialpad, IconPhoneOutgoing } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'

import type { ContactView } from '../link/protocol'
import { useDesk, useDeskState } from '../store/use-desk'

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const

/** Dials out; on a call its keypad sends tones instead. */
export function Dialler({ view }: { view: ContactView | null }) {
  const desk = useDesk()
  const canDial = useDeskState(({ agent }) => agent.allowed.includes('outgoing'))
  const [number, setNumber] = useState('')
  const [keypad, setKeypad] = useState(false)
  const talking = view?.phase === 'talking' ? view : null
  const dial = async (event: FormEvent) => {
    event.preventDefault()
    if (number.trim() === '') return
    if (await desk.act('outgoing', { phoneNumber: number.trim() })) setNumber('')
  }
  const press = (key: string) => {
    if (talking === null) setNumber((typed) => typed + key)
    else void desk.ask('The key was not sent', 'keypad', { contact: talking.contact.contactId, digits: key })
  }
  return (
    <form className="dialler" aria-label="Dial out" onSubmit={(event) => void dial(event)}>
      <Popover position="right-end" withArrow trapFocus opened={keypad} onChange={setKeypad}>
        <Popover.Target>
          <ActionIcon size={32} variant="default" aria-label="Keypad" title="Keypad" onClick={() => setKeypad(!keypad)}><IconDialpad size={17} aria-hidden /></ActionIcon>
        </Popover.Target>
        <Popover.Dropdown p="sm" aria-label="Keypad">
          <output className="keypad-shown tabular">{(talking === null ? number : talking.digits) || ' '}</output>
          <div className="keypad">
            {KEYS.map((key) => <Button key={key} variant="default" size="md" px={0} onClick={() => press(key)}>{key}</Button>)}
          </div>
          <p className="keypad-hint">{talking === null ? 'Types the number to call.' : 'Sends tones into the call.'}</p>
        </Popover.Dropdown>
      </Popover>
      <TextInput className="dialler-number" aria-label="Number to dial" placeholder="Number to dial" type="tel" size="sm" value={number} onChange={(event) => setNumber(event.currentTarget.value)} />
      <Button type="submit" size="sm" px="sm" disabled={!canDial || number.trim() === ''} leftSection={<IconPhoneOutgoing size={15} aria-hidden />}>Dial</Button>
    </form>
  )
}
