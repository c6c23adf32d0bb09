import SmartAgent from 'smartagent-plugin-sdk'

// A plugin of your own names its desktop here; this example's has another port each time.
const sm = new SmartAgent({ allowedOrigins: [String(new URLSearchParams(location.search).get('desktop'))] })

const text = /** @type {HTMLElement} */ (document.getElementById('caller'))

sm.on('incoming_call', async ({ contact, contactId }) => {
  text.textContent = `${contact.attributes['sa-name'] ?? 'somebody'} is calling`
  await sm.updateContact({ 'recognised-by': 'example.host-page' }, { contactId })
})
sm.on('error', (error) => console.error(error.code, error.message))

await sm.init()
