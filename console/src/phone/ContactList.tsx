import { UnstyledButton } from '@mantine/core'

import type { ContactView } from '../link/protocol'
import { clock, customerName, phaseLabel, phaseTone } from '../model/call'
import { useDesk, useDeskNow, useDeskState } from '../store/use-desk'

/** The agent's contacts; the one looked at is marked. */
export function ContactList({ focused }: { focused: ContactView | null }) {
  const desk = useDesk()
  const contacts = useDeskState((state) => state.contacts)
  return (
    <div className="contacts" data-count={Math.min(contacts.length, 3)}>
      {contacts.length === 0 ? <p className="contacts-none">No contacts</p> : (
        <ul aria-label="Contacts">
          {contacts.map((view) => {
            const { contactId } = view.contact
            const isFocused = contactId === focused?.contact.contactId
            return (
              <li key={contactId}>
                <UnstyledButton className="contact-tab" data-tone={phaseTone(view)} aria-current={isFocused} onClick={() => { if (!isFocused) void desk.act('focus', { contact: contactId }) }}>
                  <span className="tone-dot" />
                  <span className="contact-tab-name">{customerName(view)}</span>
                  <span className="contact-tab-state" key={phaseLabel(view)}>{phaseLabel(view)}</span>
                  <ContactTimer since={view.contact.state.timestamp} />
                </UnstyledButton>
              </li>
            )
          })}
        </ul>
      )}
    </div>
  )
}

function ContactTimer({ since }: { since: number }) {
  const now = useDeskNow(1000)
  return <span className="tabular contact-tab-time">{clock(now - since)}</span>
}
