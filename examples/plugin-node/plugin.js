// A plugin as a Node service: it answers every call with a note on the contact, and ends with the desktop's first call.
import SmartAgent from 'smartagent-plugin-sdk'

const sm = new SmartAgent({ plugin: { id: 'example.plugin-node', type: 'call' } })
sm.on('error', (error) => console.error(error.code, error.message))

const { user } = await sm.init()
console.log(`ready for ${user?.name ?? 'an agent'}`)

const { contactId, phoneNumber } = await sm.waitFor('incoming_call')
console.log(`call from ${phoneNumber}`)

await sm.waitFor('call_started', { filter: (call) => call.contactId === contactId })
const { attributes } = await sm.updateContact({ note: 'seen by plugin-node' }, { contactId })
console.log(`attributes now: ${Object.keys(attributes).sort().join(', ')}`)

await sm.close()
