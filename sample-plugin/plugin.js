// The plugin that `smartagent dev` shows: it greets the agent, announces calls, and keeps the contact up to date.
// Copy it to start your own. It needs nothing but this package and the two variables SMARTAGENT_URL and SMARTAGENT_TOKEN.
import SmartAgent from 'smartagent-plugin-sdk'

const sm = new SmartAgent({ plugin: { id: 'sample-plugin', version: '0.1.0', type: 'call' } })

sm.on('incoming_call', async ({ contact, phoneNumber, queue }) => {
  const caller = contact.attributes['sa-name'] ?? phoneNumber ?? 'Unknown caller'
  await sm.setTitleTag(`Ringing: ${caller}`)
  await sm.send('show_notification', {
    type: 'CREATE_NOTIFICATION',
    header: `Call from ${caller}`,
    text: `Waiting in ${queue?.name ?? 'no queue'}`,
  })
})

sm.on('call_started', async ({ contactId, ringDurationMs }) => {
  // The notification has done its job once the call is answered.
  await sm.send('show_notification', { type: 'CLEAR_NOTIFICATION' })
  await sm.setTitleTag('On a call')
  await sm.updateContact({ 'plugin-status': 'answered', 'plugin-ring-ms': String(ringDurationMs ?? 0) }, { contactId })
})

sm.on('on_hold', () => sm.setTitleTag('On hold'))
sm.on('off_hold', () => sm.setTitleTag('On a call'))

sm.on('contact_updated', ({ attributes }) => {
  // Other members change all the time; here only what was written on the contact matters.
  if (attributes) console.log(`attributes changed: ${Object.keys({ ...attributes.added, ...attributes.changed }).join(', ')}`)
})

sm.on('call_ended', ({ reason, endedBy, talkMs, holdMs }) => {
  console.log(`call ${reason} by ${endedBy}: ${seconds(talkMs)} of talk, ${seconds(holdMs)} on hold`)
})

sm.on('after_call_work', () => sm.setTitleTag('Wrapping up'))

sm.on('after_call_work_end', async ({ durationMs }) => {
  console.log(`after call work took ${seconds(durationMs)}`)
  await sm.setTitleTag('')
})

// A listener that failed, or something that went wrong on the link. Nothing else stops because of it.
sm.on('error', (error) => console.error(`${error.code}: ${error.message}`))

// The desktop was away for longer than the link can bridge: this is how things stand now.
sm.on('resync', ({ snapshot }) => console.log(`in step again: ${snapshot.contacts.length} contacts`))

process.once('SIGTERM', () => void sm.close())

const { user, companyId } = await sm.init()
console.log(`hello ${user?.name ?? 'agent'} of ${companyId ?? 'no company'}`)

/** @param {number} ms */
function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`
}
