// A desktop and a plugin in a process that does nothing else; says what memory it has after each round.
import { setTimeout as sleep } from 'node:timers/promises'
import { SmartAgent } from '../../index.js'
import { SmartAgentHost } from '../../host.js'
import { contact, idle, incoming, user } from '../desk.js'

const EVENTS_A_ROUND = 18_000
const BURST = 100
const SESSIONS_A_ROUND = 300
const [what, rounds] = process.argv.slice(2)
const collect = /** @type {() => void} */ (globalThis.gc)

const host = new SmartAgentHost({ companyId: 'acme', user, limits: { ratePerSecond: 0, sessionsPerPlugin: SESSIONS_A_ROUND } })
const { url } = await host.listen({ port: 0 })
const token = /** @type {string} */ (host.token)

const clock = { startedAt: 1_790_000_000_000, durationMs: 90_000, ringDurationMs: 900, talkMs: 80_000, holdMs: 0 }
/** A call, event by event. @type {((contactId: string) => void)[]} */
const LIFE = [
  (contactId) => host.emit('incoming_call', incoming(contactId)),
  (contactId) => host.emit('call_started', { ...pick('startedAt', 'ringDurationMs'), contactId, contact: contact(contactId, 'connected'), direction: 'inbound' }),
  (contactId) => host.emit('call_ended', { ...pick('durationMs', 'talkMs', 'holdMs'), contactId, contact: contact(contactId, 'ended'), reason: 'ended', endedBy: 'customer' }),
  (contactId) => host.emit('after_call_work_end', { ...pick('startedAt', 'durationMs'), contactId, contact: contact(contactId, 'ended'), agentState: idle }),
]

/** @template {keyof typeof clock} K @param {K[]} names @returns {Pick<typeof clock, K>} */
function pick(...names) {
  return /** @type {any} */ (Object.fromEntries(names.map((name) => [name, clock[name]])))
}

/** An hour of five events a second, every member of them read, and two requests with every hundredth. */
async function hour() {
  const sm = new SmartAgent({ url, token })
  let [heard, read] = [0, 0]
  /** @type {() => void} */
  let wake = () => {}
  const hear = (/** @type {object} */ payload) => {
    read += JSON.stringify(payload).length
    if (++heard % BURST === 0) wake()
  }
  for (const event of /** @type {const} */ (['incoming_call', 'call_started', 'call_ended', 'after_call_work_end'])) sm.on(event, hear)
  await sm.init()
  for (let sent = 0; sent < EVENTS_A_ROUND;) {
    const taken = new Promise((/** @type {(value?: unknown) => void} */ resolve) => wake = resolve)
    for (const end = sent + BURST; sent < end; sent++) LIFE[sent % LIFE.length]?.(`c-${Math.floor(sent / LIFE.length)}`)
    await Promise.all([taken, sm.getUser(), sm.getContacts()])
  }
  await sm.close()
  if (heard !== EVENTS_A_ROUND || read < EVENTS_A_ROUND * 100) throw new Error(`${heard} events, ${read} characters`)
}

/** Plugins that come all at once, hear something and go. */
async function visits() {
  const plugins = Array.from({ length: SESSIONS_A_ROUND }, () => new SmartAgent({ url, token }))
  let heard = 0
  for (const sm of plugins) sm.on('incoming_call', () => void heard++)
  await Promise.all(plugins.map((sm) => sm.init()))
  host.emit('incoming_call', incoming('c-1'))
  while (heard < SESSIONS_A_ROUND) await sleep(5)
  await Promise.all(plugins.map((sm) => sm.close()))
  while (host.sessions().length > 0) await sleep(5)
}

for (let round = 0; round < Number(rounds); round++) {
  await (what === 'hours' ? hour() : visits())
  await sleep(200)
  collect()
  const { heapUsed, rss } = process.memoryUsage()
  console.log(JSON.stringify({ heapUsed, rss }))
}
await host.close()
