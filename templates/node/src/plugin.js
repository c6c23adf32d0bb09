// What this plugin does: events in, messages out.

/** Hooks the plugin up. Call `sm.init()` afterwards. @param {import('smartagent-plugin-sdk').SmartAgent} sm */
export function install(sm) {
  sm.on('incoming_call', async ({ contact, phoneNumber }) => {
    const caller = contact.attributes['sa-name'] ?? phoneNumber ?? 'unknown caller'
    console.log(`${caller} is calling`)
    await sm.send('show_notification', { type: 'CREATE_NOTIFICATION', header: 'Call', text: `${caller} is calling` })
  })
  sm.on('call_started', async ({ contactId }) => {
    await sm.send('show_notification', { type: 'CLEAR_NOTIFICATION' })
    await sm.updateContact({ 'seen-by': '{{id}}' }, { contactId })
  })
  sm.on('missed_call', ({ contactId, reason }) => sm.updateContact({ 'missed-because': reason }, { contactId }))
}
