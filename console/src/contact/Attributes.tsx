import { ActionIcon, Button, TextInput, Tooltip } from '@mantine/core'
import { IconPencil, IconX } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'

import type { ContactView } from '../link/protocol'
import type { AttributeView } from '../store/attributes'
import { useDesk } from '../store/use-desk'

/** The contact's attributes, each change pointed at while it is new. */
export function Attributes({ view: { contact, allowed } }: { view: ContactView }) {
  const desk = useDesk()
  const attributes = desk.attributes.of(contact.contactId)
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  const canSet = allowed.includes('attributes')
  const set = async (event: FormEvent) => {
    event.preventDefault()
    if (name.trim() === '') return
    if (await desk.act('attributes', { contact: contact.contactId, set: { [name.trim()]: value } })) {
      setName('')
      setValue('')
    }
  }
  const present = attributes.filter(({ removed }) => !removed).length
  return (
    <div className="contact-block contact-attributes">
      <h2 className="pane-label">Attributes <span className="pane-count">{present}</span></h2>
      {attributes.length === 0 ? <p className="attributes-none">None yet. A plugin sets them with updateContact().</p> : (
        <ul className="attributes" aria-label="Contact attributes" aria-live="polite" tabIndex={0}>
          {attributes.map((attribute) => (
            <Attribute key={attribute.name} attribute={attribute} canSet={canSet} onEdit={() => { setName(attribute.name); setValue(attribute.value) }}
              onRemove={() => void desk.act('attributes', { contact: contact.contactId, set: { [attribute.name]: '' } })} />
          ))}
        </ul>
      )}
      <form className="attribute-form" aria-label="Set an attribute" onSubmit={(event) => void set(event)}>
        <TextInput aria-label="Attribute name" placeholder="name" value={name} onChange={(event) => setName(event.currentTarget.value)} />
        <TextInput aria-label="Attribute value" placeholder="value" value={value} onChange={(event) => setValue(event.currentTarget.value)} />
        <Button type="submit" variant="default" disabled={!canSet || name.trim() === ''}>Set</Button>
      </form>
    </div>
  )
}

interface AttributeProps { attribute: AttributeView; canSet: boolean; onEdit: () => void; onRemove: () => void }

function Attribute({ attribute: { name, value, change, from, removed }, canSet, onEdit, onRemove }: AttributeProps) {
  return (
    // A new key plays the highlight again.
    <li className="attribute" key={change} data-changed={change > 0} data-removed={removed}>
      <span className="attribute-name" title={name}>{name}</span>
      <span className="attribute-value" title={value}>
        {from === null ? null : <del title={`was ${from}`}>{from}</del>} {value}
      </span>
      {change > 0 ? <span className="attribute-mark">{removed ? 'removed' : from === null ? 'new' : 'changed'}</span> : null}
      {removed || !canSet ? null : (
        <span className="attribute-tools">
          <Tooltip label={`Edit ${name}`}><ActionIcon size={22} aria-label={`Edit ${name}`} onClick={onEdit}><IconPencil size={13} aria-hidden /></ActionIcon></Tooltip>
          <Tooltip label={`Remove ${name}`}><ActionIcon size={22} aria-label={`Remove ${name}`} onClick={onRemove}><IconX size={13} aria-hidden /></ActionIcon></Tooltip>
        </span>
      )}
    </li>
  )
}
