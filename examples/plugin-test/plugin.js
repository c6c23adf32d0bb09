// A plugin that keeps its logic in one function, so that a test can hand it any SmartAgent.

/** @param {import('smartagent-plugin-sdk').SmartAgent} sm */
export function greetCallers(sm) {
  sm.on('incoming_call', async ({ contact, phoneNumber }) => {
    const caller = contact.attributes['sa-name'] ?? phoneNumber ?? 'somebody'
    await sm.send('show_notification', { type: 'CREATE_NOTIFICATION', header: 'Call', text: `${caller} is calling` })
  })
  sm.on('missed_call', async ({ contactId, reason }) => {
    await sm.updateContact({ 'missed-because': reason }, { contactId })
  })
  sm.on('error', (error) => console.error(error.code, error.message))
}
