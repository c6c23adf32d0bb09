// @ts-nocheck: the suite hands in what types would not let through
// What a plugin hears.
import { has, ok, same, throws, until } from './check.js'
import { contact, EVENT_SAMPLES, manifest, snapshot } from './samples.js'

/** @type {import('./suite.js').Step[]} */
export const EVENT_STEPS = [
  {
    name: 'each of the 17 events reaches its listener with its payload and meta',
    async run({ make, desk }) {
      const sm = make()
      const heard = []
      for (const event of Object.keys(EVENT_SAMPLES)) sm.on(event, (payload, meta) => heard.push([event, payload, meta]))
      await sm.init()
      const [{ session }] = await desk.sessions()
      for (const [event, payload] of Object.entries(EVENT_SAMPLES)) same(await desk.emit(event, payload, { timestamp: 1_790_000_002_121 }), 1, event)
      await until(() => heard.length >= 17)
      same(heard.map(([event]) => event), Object.keys(EVENT_SAMPLES))
      for (const [index, [event, payload, meta]] of heard.entries()) {
        same(payload, EVENT_SAMPLES[event], event)
        same(meta, { event, id: `${session}:${index + 1}`, seq: index + 1, timestamp: 1_790_000_002_121, replayed: false, source: 'host' }, event)
      }
    },
  },
  {
    name: 'a desktop\'s own event is passed on as it is',
    async run({ make, desk }) {
      const sm = make()
      const heard = []
      sm.on('acme.order_opened', (payload) => heard.push(payload))
      await sm.init()
      const payload = { id: 7, deep: [{ a: [null, true, -1.5, 'ü"\\\n\u2028 🎧'] }], '': 'empty', constructor: 'a name like any other' }
      await desk.emit('acme.order_opened', payload)
      await until(() => heard.length === 1)
      same(heard, [payload])
      ok(Object.hasOwn(heard[0], 'constructor'), 'an own property')
    },
  },
  {
    name: 'an event as large as the link carries arrives whole',
    async run({ make, desk }) {
      const sm = make()
      const heard = []
      sm.on('acme.large', (payload) => heard.push(payload))
      await sm.init()
      const text = 'ü'.repeat(400_000)
      same(await desk.emit('acme.large', { text }), 1)
      await until(() => heard.length === 1)
      ok(heard[0].text === text, 'every character of it')
    },
  },
  {
    name: 'events arrive in the order they were sent, whatever their names',
    async run({ make, desk }) {
      const sm = make()
      const heard = []
      for (const name of ['acme.a', 'acme.b', 'acme.c']) sm.on(name, ({ n }, { seq }) => heard.push([n, seq]))
      await sm.init()
      await desk.emitMany(Array.from({ length: 600 }, (_, n) => [`acme.${'abc'[n % 3]}`, { n }]))
      await until(() => heard.length >= 600)
      same(heard, Array.from({ length: 600 }, (_, n) => [n, n + 1]))
    },
  },
  {
    name: 'what arrives before the first listener of its name waits for it, in order',
    async run({ make, desk }) {
      const sm = make()
      const heard = []
      await sm.init()
      await desk.emitMany([['acme.a', { n: 0 }], ['acme.b', { n: 1 }], ['acme.a', { n: 2 }]])
      // An answer comes after what was sent before it.
      await sm.getCompanyID()
      sm.on('acme.a', ({ n }) => heard.push(n))
      await until(() => heard.length === 2)
      sm.on('acme.b', ({ n }) => heard.push(n))
      await until(() => heard.length === 3)
      sm.on('acme.a', ({ n }) => heard.push(-n))
      await sm.getCompanyID()
      same(heard, [0, 2, 1])
    },
  },
  {
    name: 'a late listener with replay is told the state that is live, once',
    async run({ make, desk }) {
      const sm = make()
      const heard = []
      await sm.init()
      await desk.applySnapshot(snapshot([contact('c1')]))
      await sm.getCompanyID()
      sm.on('incoming_call', ({ contactId }, { replayed }) => heard.push([contactId, replayed]), { replay: true })
      await until(() => heard.length > 0)
      await sm.getCompanyID()
      same(heard, [['c1', true]])
    },
  },
  {
    name: 'an unknown event is an error that names the closest one',
    async run({ make, SmartAgentError }) {
      const sm = make()
      const errors = []
      sm.on('error', (error) => errors.push(error))
      await sm.init()
      for (const event of ['incomming_call', 'nodots']) {
        // Who knows the names throws; a page's client asks its desktop.
        try {
          sm.on(event, () => {})
        } catch (error) {
          errors.push(error)
        }
      }
      await until(() => errors.length === 2)
      ok(errors.every((error) => error instanceof SmartAgentError), 'of the one class')
      has(errors[0], { code: 'E_UNKNOWN_EVENT', message: /["`]incoming_call["`]/ })
      has(errors[1], { code: 'E_UNKNOWN_EVENT', message: /nodots/ })
      throws(() => sm.on('incoming_call', 'not a function'), { code: 'E_BAD_REQUEST' })
    },
  },
  {
    name: 'a listener for an event that needs a scope the plugin has not got is told so',
    host: { scopes: ['ui:notify', 'agent:read'] },
    async run({ make, desk }) {
      const sm = make()
      const errors = []
      sm.on('error', (error) => errors.push(error))
      sm.on('incoming_call', () => errors.push('incoming_call came'))
      sm.on('next_status', () => {})
      await sm.init()
      await until(() => errors.length === 1)
      has(errors[0], { code: 'E_FORBIDDEN', message: /incoming_call.*call:observe/ })
      same(await desk.emit('incoming_call', EVENT_SAMPLES.incoming_call), 0)
      sm.on('on_hold', () => {})
      await until(() => errors.length === 2)
      has(errors[1], { code: 'E_FORBIDDEN', message: /on_hold/ })
    },
  },
  {
    name: 'a listener for an event that the plugin\'s manifest does not list is told so',
    host: { plugins: [manifest(['call:observe'], ['call_ended', 'acme.a'])] },
    async run({ make, desk }) {
      const sm = make()
      const told = []
      sm.on('error', ({ code, message }) => told.push(`${code} ${message}`))
      for (const event of ['call_ended', 'call_started', 'acme.a', 'acme.b']) sm.on(event, () => told.push(event))
      await sm.init()
      await until(() => told.length === 2)
      ok(told.every((text) => /^E_FORBIDDEN .*manifest/.test(text)), told.join())
      ok(told.some((text) => text.includes('call_started')) && told.some((text) => text.includes('acme.b')), told.join())
      same(await desk.emit('call_started', EVENT_SAMPLES.call_started), 0)
      same(await desk.emit('acme.a', {}), 1)
      await until(() => told.length === 3)
      same(told[2], 'acme.a')
    },
  },
  {
    name: 'without contact:read what is personal is emptied and never left out',
    host: { scopes: ['call:observe'] },
    async run({ make, desk }) {
      const sm = make()
      const heard = []
      sm.on('incoming_call', (payload) => heard.push(payload))
      await sm.init()
      await desk.emit('incoming_call', EVENT_SAMPLES.incoming_call)
      await until(() => heard.length === 1)
      const [{ phoneNumber, contact: seen }] = heard
      same([phoneNumber, seen.phoneNumber, seen.attributes, seen.customerEndpoint], [null, null, {}, null])
      ok(!JSON.stringify(heard).includes('+44'), 'no number anywhere')
    },
  },
]
