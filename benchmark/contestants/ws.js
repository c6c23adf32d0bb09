// @ts-check
// The same by hand: ws, JSON.parse, ajv with the published schema, an EventEmitter and a map of promises.
import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { readFileSync } from 'node:fs'
import WebSocket from 'ws'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { EVENTS } from '../../schema/names.js'

const schema = JSON.parse(readFileSync(new URL('../../schema/protocol.schema.json', import.meta.url), 'utf8'))

/** Validators of what this side of the link sees, compiled once. */
function validators() {
  const ajv = new Ajv2020({ strict: false })
  ajv.addSchema(schema, 'protocol')
  const of = (/** @type {string} */ name) => ajv.compile({ $ref: `protocol#/$defs/${name}` })
  const events = new Map(EVENTS.map((name) => [/** @type {string} */ (name), of(pascal(name))]))
  return {
    events,
    answers: new Map([['get_user', of('GetUserAnswer')], ['update_contact', of('UpdateContactAnswer')], ['get_company_id', of('GetCompanyIdAnswer')]]),
    updateContact: of('UpdateContactPayload'),
  }
}

/** @param {string} name */
const pascal = (name) => name.replace(/(?:^|_)(\w)/g, (_, letter) => letter.toUpperCase())

/** @param {string} url */
export async function connect(url) {
  const check = validators()
  const events = new EventEmitter()
  events.setMaxListeners(0)
  /** @type {Map<string, { method: string, resolve: (result: any) => void, reject: (error: Error) => void }>} */
  const pending = new Map()
  /** What was sent and not acknowledged, as a link that can resume keeps it. @type {Map<number, string>} */
  const outbox = new Map()
  const socket = new WebSocket(url, 'smartagent.link.v1', { perMessageDeflate: false })
  const welcomed = once(events, 'welcome')
  let [seq, acked, received, invalid] = [0, 0, 0, 0]

  socket.on('message', (data) => {
    const frame = JSON.parse(data.toString())
    if (frame.ack !== undefined) while (acked < frame.ack) outbox.delete(++acked)
    if (frame.seq !== undefined) received = frame.seq
    if (frame.type === 'event') {
      const validate = check.events.get(frame.event)
      if (validate?.(frame.payload) === false) invalid++
      else events.emit(frame.event, frame.payload, { event: frame.event, seq: frame.seq, timestamp: frame.timestamp })
    } else if (frame.type === 'response') {
      const call = pending.get(frame.id)
      pending.delete(frame.id)
      if (check.answers.get(call?.method ?? '')?.(frame.result)) call?.resolve(frame.result)
      else call?.reject(new Error('a wrong answer'))
    } else if (frame.type === 'welcome') events.emit('welcome', frame)
  })

  /** @param {string} method @param {object} payload @param {{ contactId?: string, idempotencyKey?: string }} [more] @returns {Promise<any>} */
  const request = (method, payload, more) => new Promise((resolve, reject) => {
    const id = `q${++seq}`
    const text = JSON.stringify({ type: 'request', seq, ack: received, id, method, deadlineMs: 9_500, ...more, payload })
    outbox.set(seq, text)
    pending.set(id, { method, resolve, reject })
    socket.send(text)
  })

  return {
    /** @param {string} event @param {(...args: any[]) => void} listener */
    on: (event, listener) => void events.on(event, listener),
    async ready() {
      if (socket.readyState !== WebSocket.OPEN) await once(socket, 'open')
      socket.send(JSON.stringify({ type: 'hello', versions: [1], plugin: { instance: 'ws' }, sdk: { name: 'ws', version: '8' } }))
      return await welcomed
    },
    ask: () => request('get_company_id', {}),
    getUser: async () => (await request('get_user', {})).user,
    /** @param {Record<string, string>} attributes */
    updateContact(attributes) {
      if (!check.updateContact(attributes)) throw new Error('wrong attributes')
      return request('update_contact', attributes, { contactId: 'c-77', idempotencyKey: randomUUID() })
    },
    invalid: () => invalid,
    onClosed: () => {},
    close: () => socket.terminate(),
  }
}
