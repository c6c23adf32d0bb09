// A host in a process of its own, to be killed: `node host-process.js '{"token","allowedOrigins","contact","port"?}'`.
import { SmartAgentHost } from '../../host.js'
import { contact, snapshot, user } from '../desk.js'

const { contact: id, port = 0, ...options } = JSON.parse(process.argv[2] ?? '{}')
const host = new SmartAgentHost({ companyId: 'acme', user, ...options })
host.applySnapshot(snapshot([contact(id, 'connected')]))
host.handle('update_contact', (attributes) => {
  console.log('update_contact')
  // The first host is asked and never answers.
  if (id === 'c-1') return new Promise(() => {})
  return { contactId: id, initialContactId: null, attributes: /** @type {Record<string, string>} */ (attributes) }
})
const { url } = await host.listen({ port })
console.log(url)
