import { useFocusedContact } from '../store/use-desk'
import { CallActions } from './CallActions'
import { CallCard } from './CallCard'
import { ContactList } from './ContactList'
import { Dialler } from './Dialler'
import { OtherSide } from './OtherSide'
import { PartyList } from './PartyList'

/** The soft phone: every part keeps its place, whatever the calls do. */
export function Phone() {
  const focused = useFocusedContact()
  return (
    <section id="phone" className="pane phone-pane" aria-label="Phone" tabIndex={-1}>
      <ContactList focused={focused} />
      <CallCard view={focused} />
      <CallActions view={focused} />
      <PartyList view={focused} />
      <Dialler view={focused} />
      <OtherSide view={focused} />
    </section>
  )
}
