import { Tooltip } from '@mantine/core'
import { IconAddressBook } from '@tabler/icons-react'
import type { ReactNode } from 'react'

import type { ContactView } from '../link/protocol'
import { customerNumber, phaseLabel } from '../model/call'
import { useFocusedContact } from '../store/use-desk'
import { Attributes } from './Attributes'

/** What is known of the contact that the agent looks at. */
export function ContactPane() {
  const view = useFocusedContact()
  return (
    <section className="pane contact-pane" aria-label="Contact">
      {view === null ? <NoContact /> : (
        <div className="contact-scroll" tabIndex={0} role="group" aria-label="Contact details">
          <Customer view={view} />
          <Attributes key={view.contact.contactId} view={view} />
          <Facts view={view} />
        </div>
      )}
    </section>
  )
}

function NoContact() {
  return (
    <div className="empty">
      <span className="empty-icon"><IconAddressBook size={28} stroke={1.6} aria-hidden /></span>
      <strong>No contact</strong>
      <p>When a call arrives, the customer and the contact’s attributes are shown here. Play a scenario, or have a customer call.</p>
    </div>
  )
}

function Customer({ view: { contact, customer } }: { view: ContactView }) {
  return (
    <div className="contact-block">
      <h2 className="pane-label">Customer</h2>
      <dl className="facts">
        <Fact name="Name">{customer?.name ?? contact.attributes['sa-name'] ?? contact.customerEndpoint?.name}</Fact>
        <Fact name="Number">{customer?.phoneNumber ?? customerNumber(contact)}</Fact>
        <Fact name="E-mail">{customer?.email}</Fact>
        <Fact name="Customer ID">{customer?.ID}</Fact>
      </dl>
    </div>
  )
}

function Facts({ view }: { view: ContactView }) {
  const { contact, alias } = view
  return (
    <div className="contact-block">
      <h2 className="pane-label">Contact</h2>
      <dl className="facts">
        <Fact name="State">{phaseLabel(view)}</Fact>
        <Fact name="Direction">{contact.direction}{contact.type === 'voice' ? '' : ` · ${contact.type.replaceAll('_', ' ')}`}</Fact>
        <Fact name="Queue">{contact.queue?.name}</Fact>
        <Fact name="Began by">{contact.initiationMethod?.replaceAll('_', ' ')}</Fact>
        <Fact name="In scenario">{alias}</Fact>
        <Fact name="Contact ID"><Tooltip label={contact.contactId}><span tabIndex={0} className="mono">{contact.contactId.slice(0, 13)}…</span></Tooltip></Fact>
      </dl>
    </div>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  const isEmpty = children === null || children === undefined || children === ''
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd data-empty={isEmpty}>{isEmpty ? <span aria-label="not known">–</span> : children}</dd>
    </div>
  )
}
