// A desktop in Node: it listens for plugins, shows what they do, and answers one method its own way.
import { SmartAgentHost } from 'smartagent-plugin-sdk/host'

const host = new SmartAgentHost({ companyId: 'acme' })

host.on('session', ({ change, session }) => console.log(`${session.plugin} ${change}`))
host.on('request', ({ plugin, method }) => console.log(`${plugin} asks: ${method}`))

// Without a handler the host says E_UNAVAILABLE: it has no customer records of its own.
host.handle('update_customer', (fields) => ({ customer: fields }))

const { url } = await host.listen({ port: 0 })
console.log(`SMARTAGENT_URL=${url} SMARTAGENT_TOKEN=${host.token}`)

process.once('SIGTERM', () => void host.close())
process.once('SIGINT', () => void host.close())
