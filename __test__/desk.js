import { SmartAgent } from '../index.js'
import { SmartAgentHost } from '../host.js'

const queue = { name: 'Sales', queueARN: 'arn:queue/sales', queueId: 'sales' }
/** @type {import('../index.js').AgentState} */
export const idle = { name: 'Available', type: 'routable', agentStateARN: null, startTimestamp: 1 }

/** @type {import('../index.js').User} */
export const user = {
  agentARN: 'arn:agent/ben', username: 'ben', name: 'Ben', extension: null, permissions: [], softphoneEnabled: true, locale: null,
  routingProfile: {
    name: 'Default', routingProfileARN: 'arn:rp', routingProfileId: 'rp', defaultOutboundQueue: queue, queues: [queue],
    channelConcurrencyMap: { VOICE: 1 },
  },
  state: idle, nextState: null,
}

/**
 * A voice contact that rings, or is in the state given.
 * @param {string} contactId @param {import('../index.js').ContactStateType} [type] @param {Partial<import('../index.js').Contact>} [more]
 * @returns {import('../index.js').Contact}
 */
export function contact(contactId, type = 'connecting', more = {}) {
  return {
    contactId, initialContactId: null, type: 'voice', subtype: null, state: { type, timestamp: 1_000 }, direction: 'inbound',
    initiationMethod: 'inbound', queue, queueTimestamp: 900, attributes: {}, connections: [], customerEndpoint: null,
    phoneNumber: '+442071838750', isMultiPartyConferenceEnabled: false, isAutoAcceptEnabled: false, isSoftphoneCall: true, ...more,
  }
}

/** @param {string} contactId @param {object} [more] @returns {import('../index.js').IncomingCall} */
export function incoming(contactId, more = {}) {
  return { contactId, contact: contact(contactId), phoneNumber: '+442071838750', queue, isCallback: false, autoAccept: false, ...more }
}

/**
 * What an agent's desktop hands in.
 * @param {import('../index.js').Contact[]} contacts @param {object} [more] @returns {import('../index.js').AgentSnapshot}
 */
export function snapshot(contacts, more = {}) {
  return { timestamp: Date.now(), user, contacts, focusedContactId: contacts[0]?.contactId ?? null, ...more }
}

/**
 * A host on a free port, closed at the end of the test.
 * @param {import('node:test').TestContext} t @param {import('../host.js').SmartAgentHostOptions} [options]
 */
export async function startHost(t, options = {}) {
  const host = new SmartAgentHost({ companyId: 'acme', user, ...options })
  t.after(() => host.close())
  const { url, port } = await host.listen({ port: 0 })
  return { host, url, port }
}

/**
 * A plugin of that host, ready, closed at the end of the test.
 * @param {import('node:test').TestContext} t @param {SmartAgentHost} host @param {string} url
 * @param {import('../index.js').SmartAgentOptions} [options]
 */
export async function connect(t, host, url, options = {}) {
  const sm = new SmartAgent({ url, token: host.token, ...options })
  t.after(() => sm.close())
  await sm.init()
  return sm
}

/**
 * @param {import('node:test').TestContext} t @param {import('../host.js').SmartAgentHostOptions} [hostOptions]
 * @param {import('../index.js').SmartAgentOptions} [options]
 */
export async function pair(t, hostOptions, options) {
  const { host, url, port } = await startHost(t, hostOptions)
  return { host, url, port, sm: await connect(t, host, url, options) }
}

export const turn = (ms = 5) => new Promise((resolve) => setTimeout(resolve, ms))

/** Waits until the condition holds. @param {() => unknown} condition @param {number} [withinMs] */
export async function until(condition, withinMs = 5_000) {
  for (const end = Date.now() + withinMs; Date.now() < end; await turn()) if (await holds(condition)) return
  throw new Error(`still not so after ${withinMs / 1_000} s: ${condition}`)
}

/** @param {() => unknown} condition */
async function holds(condition) {
  try {
    return await condition()
  } catch (error) {
    // A frame of a browser that is just being replaced is not there, or cannot be asked.
    if (/there is no frame|Frame was detached|context was destroyed|has been closed/.test(String(error))) return false
    throw error
  }
}
