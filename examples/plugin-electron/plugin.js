/// <reference lib="dom" />
import { preloadPort, SmartAgent } from 'smartagent-plugin-sdk'

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id))

const sm = new SmartAgent({ transport: preloadPort() })

sm.on('incoming_call', ({ contact, phoneNumber }) => {
  const line = document.createElement('li')
  line.textContent = `${contact.attributes['sa-name'] ?? phoneNumber ?? 'somebody'} is calling`
  element('calls').append(line)
})
sm.on('interrupted', () => { element('state').textContent = 'the desktop is away' })
sm.on('ready', async () => { element('state').textContent = `ready for ${(await sm.getUser()).name}` })

sm.init().catch((error) => { element('state').textContent = `${error.code}: ${error.message}` })
