// Run as a process of its own by canary.test.js: a whole call with a canary as every value (names of members are places, and are told). Prints what errors, warnings,
// logs and audits said, one JSON string a line; whatever Node itself prints goes to stderr.
import { SmartAgent } from '../../index.js'
import { SmartAgentHost } from '../../host.js'
import { contact, incoming, snapshot, turn } from '../desk.js'

const C = 'CANARY'
const NUMBER = '+15550100999'
/** @param {unknown} text */
const say = (text) => console.log(JSON.stringify(`${text}`))
const logger = { debug: say, info: say, warn: say, error: say }
/** @param {any} error */
const blame = (error) => say(`${error.code} ${error.message} ${JSON.stringify(error)}`)
process.on('warning', (warning) => say(`${warning.name} ${warning.message}`))

const host = new SmartAgentHost({ companyId: C, token: `${C}-token` })
host.on('audit', (audit) => say(JSON.stringify(audit)))
host.on('error', ({ code, message }) => say(`${code} ${message}`))
const { url } = await host.listen({ port: 0 })
const sm = new SmartAgent({ url, token: host.token, logger, plugin: { id: 'acme.crm', version: '1.0.0' } })
for (const event of /** @type {const} */ (['incoming_call', 'call_started', 'contact_updated', 'call_ended', 'after_call_work'])) {
  sm.on(event, () => { throw new Error(`${C} thrown by a listener`) })
}
sm.on('error', ({ code, message }) => say(`${code} ${message}`))
await sm.init()

const endpoint = { endpointARN: `arn:${C}`, endpointId: null, type: 'phone_number', name: C, phoneNumber: NUMBER, agentLogin: C, queue: C }
const personal = /** @type {any} */ ({ attributes: { key: C }, phoneNumber: NUMBER, customerEndpoint: endpoint, name: C, description: C })
for (const type of /** @type {const} */ (['connecting', 'connected', 'ended'])) {
  host.applySnapshot(snapshot([contact(`${C}-id`, type, personal)]))
}
try { host.emit('incoming_call', /** @type {any} */ ({ ...incoming(C), phoneNumber: [C], contact: { attributes: [C] } })) } catch (error) { blame(error) }
for (const [name, payload] of /** @type {[any, any][]} */ ([
  ['update_contact', { key: C }], ['update_contact', { 'bad key': [C] }], ['update_customer', { email: C, phoneNumber: C, name: C, ID: [C] }],
  ['update_quick_connects', { key: C }], ['transfer_call', { number: C, name: C, endpoint: { type: C, phoneNumber: C } }],
  ['end_conference_call', { connectionName: C }], ['quick_connect', { name: C, message: C }],
  ['show_notification', { type: C, header: C, text: C }], ['show_popup_message', { type: 'ERROR', popupMessage: [C] }],
])) await sm.send(name, payload).catch(blame)
await sm.setTitleTag(C.repeat(100)).catch(blame)
host.handle('update_customer', () => { throw new Error(C) })
await sm.send('update_customer', { name: C }).catch(blame)
host.handle('update_customer', () => /** @type {any} */ ({ customer: { name: [C], email: 7 } }))
await sm.send('update_customer', { name: C }).catch(blame)
const stranger = new SmartAgent({ url, token: `${C}-wrong`, logger })
await stranger.init().catch(blame)
host.applySnapshot(snapshot([]))
await turn(50)
await sm.close()
await host.close()
console.log(JSON.stringify('done'))
