// Checked by `npx tsc -p __test__/types`; never run.
import SmartAgent, { messagePort, SmartAgent as Named, SmartAgentError, websocket } from 'smartagent-plugin-sdk'
import type { Contact, EventMeta, EventName, InitResult, User } from 'smartagent-plugin-sdk'

declare module 'smartagent-plugin-sdk' {
  interface EventMap {
    'acme.order_opened': { orderId: string }
  }
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false
function same<A, B>(_: Same<A, B>): void {}

const sm = new SmartAgent()
same<typeof Named, typeof SmartAgent>(true)

export async function publishedExamples() {
  await sm.init()
  sm.on('incoming_call', () => {})
  sm.off('incoming_call')
  sm.send('update_contact', { 'sa-name': 'Ben' })
  sm.send('update_quick_connects')
  sm.send('show_notification', { type: 'CREATE_NOTIFICATION', header: 'h', text: 't' })
  sm.send('transfer_call', { number: '+442071838750' })
  sm.showPlugin()
  sm.setTitleTag('3')
}

export async function inference() {
  const ready = await sm.init()
  same<typeof ready, InitResult>(true)
  const undo = sm.on('incoming_call', (payload, meta) => {
    same<typeof payload.contact, Contact>(true)
    same<typeof payload.phoneNumber, string | null>(true)
    same<typeof meta, EventMeta>(true)
  }, { replay: true, signal: new AbortController().signal })
  undo()
  sm.once('error', async (error) => { same<typeof error, SmartAgentError>(true) })
  sm.on('acme.order_opened', ({ orderId }) => { same<typeof orderId, string>(true) })
  sm.on('resync', ({ snapshot, unsettled }) => { same<typeof snapshot.contacts, Contact[]>(true); same<typeof unsettled, number>(true) })
  const started = await sm.waitFor('call_started', { filter: ({ startedAt }) => startedAt > 0, timeoutMs: 5 })
  same<typeof started.ringDurationMs, number | null>(true)
  for await (const { nextState } of sm.events('next_status')) if (nextState !== null) same<typeof nextState.name, string>(true)
  const answer = await sm.sendMessage('quick_connect', { name: 'Sales' }, { contactId: 'c', timeoutMs: 5, idempotencyKey: 'k' })
  same<typeof answer.kind, 'warm' | 'cold'>(true)
  const { attributes } = await sm.updateContact({ a: 'b' })
  same<typeof attributes, Record<string, string>>(true)
  same<Awaited<ReturnType<typeof sm.getUser>>, User>(true)
  same<Awaited<ReturnType<typeof sm.getContact>>, Contact | null>(true)
  const event: EventName = 'incoming_call'
  sm.off(event)
  await sm.close()
}

export function mistakes() {
  // @ts-expect-error no such event
  sm.on('incomming_call', () => {})
  // @ts-expect-error not augmented
  sm.on('acme.unknown', () => {})
  // @ts-expect-error no such member
  sm.on('incoming_call', ({ phone }) => phone)
  // @ts-expect-error no such message
  sm.send('update_contacts', {})
  // @ts-expect-error the payload is required
  sm.send('transfer_call')
  // @ts-expect-error values are strings
  sm.updateContact({ a: 1 })
  // @ts-expect-error CLEAR and CREATE only
  sm.send('show_notification', { type: 'CREATE', header: 'h', text: 't' })
  // @ts-expect-error no such option
  new SmartAgent({ uri: 'ws://127.0.0.1' })
  // @ts-expect-error state is read-only
  sm.state = 'ready'
}

export const options = new SmartAgent({
  transport: websocket('wss://desk.example/link', { token: async () => 't', ca: ['pem'] }),
  plugin: { id: 'acme.crm', version: '1.0.0', type: 'call' }, want: { scopes: ['contact:read'], events: ['incoming_call', '*'] },
  connectTimeoutMs: 1, requestTimeoutMs: 1, reconnect: { maxDelayMs: 5 }, logger: console,
})

const { port1 } = new MessageChannel()
declare const worker: import('node:worker_threads').Worker
for (const transport of [messagePort(port1), messagePort(worker), messagePort({ postMessage(text: string) { void text } })]) new SmartAgent({ transport })
// @ts-expect-error a URL is no port
messagePort('ws://127.0.0.1')
