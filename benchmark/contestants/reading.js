// @ts-check
// Listeners. The reading one looks at every member, so that nothing can be left unmade; its sum shows that both sides
// delivered the same.

/** @param {import('../../index.js').IncomingCall} call */
export function readIncoming({ contactId, contact, phoneNumber, queue, isCallback, autoAccept }) {
  return contactId.length + Number(contactId.slice(2)) % 7 + text(phoneNumber) + readQueue(queue) + Number(isCallback) + 2 * Number(autoAccept) + readContact(contact)
}

/** @param {import('../../index.js').Contact} contact */
function readContact(contact) {
  let sum = contact.contactId.length + text(contact.initialContactId) + contact.type.length + text(contact.subtype)
    + contact.state.type.length + contact.state.timestamp % 11 + contact.direction.length + text(contact.initiationMethod)
    + readQueue(contact.queue) + (contact.queueTimestamp ?? 0) % 11 + contact.connections.length + text(contact.phoneNumber)
    + Number(contact.isMultiPartyConferenceEnabled) + Number(contact.isAutoAcceptEnabled) + Number(contact.isSoftphoneCall)
    + (contact.customerEndpoint === null ? 1 : text(contact.customerEndpoint.phoneNumber))
  const { attributes } = contact
  for (const key in attributes) sum += key.length + attributes[key].length
  return sum
}

/** @param {import('../../index.js').NextStatus} status */
export function readStatus({ nextState, previous, current }) {
  return readState(nextState) + readState(previous) + readState(current)
}

/** @param {import('../../index.js').AgentState | null} state */
const readState = (state) => state === null ? 1 : state.name.length + state.type.length + text(state.agentStateARN) + (state.startTimestamp ?? 0) % 11

/** @param {import('../../index.js').Queue | null} queue */
const readQueue = (queue) => queue === null ? 1 : text(queue.name) + text(queue.queueARN) + text(queue.queueId)

/** @param {string | null} value */
const text = (value) => value === null ? 1 : value.length
