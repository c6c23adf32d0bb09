// A host process for the resilience tests: prints its port, then one line for each command it runs.
import { SmartAgentHost } from '../../host.js'
import { contact, snapshot, user } from '../desk.js'

const [port = '0', mode = 'answer'] = process.argv.slice(2)
const host = new SmartAgentHost({ companyId: 'acme', user, token: 'shared', limits: { ratePerSecond: 0 } })
host.handle('update_contact', (attributes) => {
  console.log(`run ${attributes.n}`)
  if (mode === 'hang') return new Promise(() => {})
  return { contactId: 'c1', initialContactId: null, attributes }
})
host.applySnapshot(snapshot([contact('c1', 'connected')]))
const { port: bound } = await host.listen({ port: Number(port) })
console.log(`port ${bound}`)
