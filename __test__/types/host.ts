// Checked by `npx tsc -p __test__/types`; never run.
import DefaultHost, { readRecording, replayRecording, SmartAgentError, SmartAgentHost } from 'smartagent-plugin-sdk/host'
import type { AgentSnapshot, IncomingCall, User } from 'smartagent-plugin-sdk'

declare const user: User
declare const snapshot: AgentSnapshot
declare const payload: IncomingCall

const host: DefaultHost = new SmartAgentHost({
  companyId: 'acme', user, quickConnects: [], allowedOrigins: ['https://desk.example'],
  authenticate: async (token, { origin, plugin }) => token === null || origin === null ? null : { agent: 'ben', plugin: plugin.id ?? 'p', scopes: ['contact:read'] },
})

export async function examples() {
  const { url, port } = await host.listen({ port: 0 })
  const text: string = url
  const number: number = port
  const undo: () => void = host.handle('update_contact', async (attributes, { contactId, session, signal, deadlineMs, agent }) => {
    const id: string = contactId ?? session ?? agent
    if (signal.aborted || deadlineMs < 5) throw new SmartAgentError('E_UNAVAILABLE', 'too late')
    return { contactId: id, initialContactId: null, attributes }
  })
  undo()
  host.handle('show_plugin', () => {})
  host.handle('set_title_tag', async () => {})
  // @ts-expect-error a method with an answer needs one
  host.handle('update_contact', () => {})
  const sessions: number = host.emit('incoming_call', payload, { agent: 'ben', plugin: 'p' })
  host.applySnapshot(snapshot, { agent: 'ben' })
  host.noteCommand({ type: 'hold', contactId: 'c', initiatedBy: 'agent' })
  host.on('request', ({ method, contactId }) => console.log(method, contactId))
  host.on('notification', (change) => change.change === 'created' ? console.log(change.header) : console.log(change.notificationIds))
  // @ts-expect-error no such event of a host
  host.on('incoming_call', () => {})
  // @ts-expect-error no such event
  host.emit('incoming', payload)
  // @ts-expect-error members are missing
  host.emit('incoming_call', { contactId: 'c' })
  // @ts-expect-error no such method
  host.handle('$live', () => {})
  const attached = host.attachPort(new MessageChannel().port1, { origin: 'https://crm.example', plugin: 'acme.crm', agent: 'ben', scopes: ['agent:read'] })
  attached.closed.then(() => attached.close())
  // @ts-expect-error no such scope
  host.attachPort(new MessageChannel().port1, { scopes: ['contact:fly'] })
  host.on('session', ({ change, session }) => change === 'unresponsive' ? session.responding : session.connected)
  await host.close()
  return [text, number, sessions]
}

export async function recordings() {
  const recording = host.record('call.ndjson', { redact: true })
  const lines: number = recording.lines
  await recording.stop()
  for await (const line of readRecording('call.ndjson')) {
    if ('recording' in line) console.log(line.startedAt)
    else if (line.kind === 'snapshot') console.log(line.snapshot.contacts, line.agent)
  }
  const { snapshots } = await replayRecording(['{}'], host, { speed: Infinity, agent: () => null, each: ({ at }) => console.log(at) })
  // @ts-expect-error no such option
  host.record('call.ndjson', { redacted: true })
  return lines + snapshots
}
