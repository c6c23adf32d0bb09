// Which attributes of a contact changed lately, so that the page can point at them.
import type { Contact } from 'smartagent-plugin-sdk'

/** `change` goes up with each change; 0 means that the attribute was there from the start. */
export interface AttributeView { name: string; value: string; change: number; from: string | null; removed: boolean }

interface Known { value: string; change: number; from: string | null; removed: boolean }

export class AttributeHistory {
  readonly #contacts = new Map<string, Map<string, Known>>()
  #changes = 0

  /** Takes in the contacts as they are now; those that are gone are forgotten. */
  take(contacts: readonly Contact[]): void {
    for (const id of [...this.#contacts.keys()]) {
      if (!contacts.some(({ contactId }) => contactId === id)) this.#contacts.delete(id)
    }
    for (const { contactId, attributes } of contacts) {
      const known = this.#contacts.get(contactId)
      if (known !== undefined) this.#compare(known, attributes)
      else this.#contacts.set(contactId, new Map(Object.entries(attributes).map(([name, value]) => [name, { value, change: 0, from: null, removed: false }])))
    }
  }

  /** In the order in which they were first seen: what is new comes last, and nothing moves. */
  of(contactId: string): AttributeView[] {
    return [...this.#contacts.get(contactId) ?? []].map(([name, known]) => ({ name, ...known }))
  }

  #compare(known: Map<string, Known>, attributes: Record<string, string>): void {
    for (const [name, value] of Object.entries(attributes)) {
      const before = known.get(name)
      if (before !== undefined && before.value === value && !before.removed) continue
      known.set(name, { value, change: ++this.#changes, from: before === undefined || before.removed ? null : before.value, removed: false })
    }
    for (const [name, before] of known) {
      if (before.removed || Object.hasOwn(attributes, name)) continue
      known.set(name, { value: '', change: ++this.#changes, from: before.value, removed: true })
    }
  }
}
