// What this plugin does, without a page: so that its tests need none.
import type { Contact, SmartAgent } from 'smartagent-plugin-sdk'

/** What the page shows. */
export interface View {
  /** The agent's name; null until the desktop is there. */
  agent: string | null
  caller: string | null
  state: 'no call' | 'ringing' | 'talking' | 'wrapping up'
  attributes: Record<string, string>
  /** What went wrong last. */
  error: string | null
}

export interface Plugin {
  readonly view: View
  /** Tells when the view is another one; returns how to stop it. */
  subscribe(listener: () => void): () => void
  /** Writes a note on the contact. */
  note(text: string): Promise<void>
}

/** Hooks the plugin up. Call `sm.init()` afterwards. */
export function createPlugin(sm: SmartAgent): Plugin {
  let view: View = { agent: null, caller: null, state: 'no call', attributes: {}, error: null }
  const listeners = new Set<() => void>()
  const show = (changes: Partial<View>) => {
    view = { ...view, ...changes }
    for (const listener of listeners) listener()
  }

  sm.on('ready', ({ user, contacts }) => {
    show({ agent: user?.name ?? 'agent', error: null })
    // A call that was there before this page.
    const live = contacts.find(({ state }) => state.type === 'connected')
    if (live) show({ caller: callerOf(live), state: 'talking', attributes: live.attributes })
  })
  sm.on('incoming_call', async ({ contact }) => {
    show({ caller: callerOf(contact), state: 'ringing', attributes: contact.attributes })
    await sm.setTitleTag(`Ringing: ${callerOf(contact)}`)
  })
  sm.on('call_started', async ({ contact, contactId }) => {
    show({ caller: callerOf(contact), state: 'talking', attributes: contact.attributes })
    await sm.setTitleTag('On a call')
    await sm.updateContact({ 'seen-by': '{{id}}' }, { contactId })
  })
  sm.on('contact_updated', ({ contact }) => show({ attributes: contact.attributes }))
  sm.on('call_ended', () => show({ state: 'wrapping up' }))
  for (const event of ['missed_call', 'reject_call', 'after_call_work_end'] as const) {
    sm.on(event, async () => {
      show({ caller: null, state: 'no call', attributes: {} })
      await sm.setTitleTag('')
    })
  }
  sm.on('error', (error) => show({ error: `${error.code}: ${error.message}` }))

  return {
    get view() { return view },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async note(text) {
      await sm.updateContact({ note: text })
    },
  }
}

function callerOf(contact: Contact): string {
  return contact.attributes['sa-name'] ?? contact.phoneNumber ?? 'unknown caller'
}
