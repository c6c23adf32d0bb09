// @ts-nocheck: the suite hands in what types would not let through
// What is refused, where and as what.
import { has, ok, rejects, same } from './check.js'
import { conference, manifest } from './samples.js'

/** Payloads that break a rule, and the places of all issues. */
const BROKEN = [
  ['show_notification', { type: 'CREATE_NOTIFICATION', heder: 'h' }, ['header', 'heder', 'text']],
  ['update_contact', { 'no spaces allowed': 'x', ok: 5 }, ['no spaces allowed', 'ok']],
  ['update_customer', {}, ['']],
  ['update_customer', { email: 'no at sign', phoneNumber: '12' }, ['email', 'phoneNumber']],
  ['update_quick_connects', { any: 1 }, ['any']],
  ['quick_connect', {}, ['name']],
  ['show_popup_message', { type: 'LOUD', popupMessage: '' }, ['popupMessage', 'type']],
]

/** @type {import('./suite.js').Step[]} */
export const ERROR_STEPS = [
  {
    name: 'a payload that breaks rules rejects with every issue and nobody runs it',
    async run({ make, desk, SmartAgentError }) {
      const sm = make()
      await sm.init()
      for (const [method, payload, paths] of BROKEN) {
        await desk.handle(method, { result: {} })
        const error = await rejects(sm.sendMessage(method, payload), { code: 'E_BAD_REQUEST', executed: 'no', retryable: false }, method)
        ok(error instanceof SmartAgentError && error instanceof Error, 'of the one class')
        const places = error.issues.map(({ path }) => path)
        // A place may be written as a member or as an index; an issue per place is what counts.
        for (const path of paths) ok(places.some((place) => place.includes(path)), `${method}: ${path} among ${places.join()}`)
        ok(error.issues.every(({ rule, message }) => typeof rule === 'string' && typeof message === 'string'), 'rule and text')
        ok(typeof error.path === 'string', 'the first place')
      }
      same(await desk.runs(), [])
    },
  },
  {
    name: 'an unknown message is an error that names the closest one',
    async run({ make }) {
      const sm = make()
      await sm.init()
      await rejects(sm.sendMessage('update_contacts', {}), { code: 'E_UNKNOWN_METHOD', message: /["`]update_contact["`]/, executed: 'no' })
    },
  },
  {
    name: 'a method that is no message is not sent as one',
    needs: ['checks'],
    async run({ make }) {
      const sm = make()
      await sm.init()
      await rejects(sm.sendMessage('get_user', {}), { code: 'E_UNKNOWN_METHOD' })
    },
  },
  {
    name: 'what JSON has no form for is E_BAD_REQUEST with a TypeError as cause',
    async run({ make }) {
      const sm = make()
      await sm.init()
      const cycle = {}
      cycle.self = cycle
      for (const payload of [cycle, { a: 1n }, { a() {} }]) {
        const error = await rejects(sm.updateContact(payload), { code: 'E_BAD_REQUEST', executed: 'no' })
        ok(error.cause instanceof TypeError, `the cause is a TypeError: ${error.cause}`)
      }
      same(await sm.getCompanyID(), 'acme')
    },
  },
  {
    name: 'a message larger than a frame is E_TOO_LARGE and harms nothing',
    async run({ make, desk }) {
      const sm = make()
      await sm.init()
      await rejects(sm.updateContact({ a: 'x'.repeat(140_000) }), { code: 'E_TOO_LARGE', executed: 'no', retryable: false })
      await rejects(sm.setTitleTag('ü'.repeat(70_000)), { code: 'E_TOO_LARGE', executed: 'no' })
      await desk.emit('call_started', conference)
      await desk.handle('update_contact', { result: { contactId: 'c1', initialContactId: null, attributes: {} } })
      await sm.updateContact({ a: 'ü'.repeat(16_000) })
      same((await desk.runs())[0].payload.a.length, 16_000)
    },
  },
  {
    name: 'what would break the link is E_BAD_REQUEST, and the link goes on',
    async run({ make, desk }) {
      const sm = make()
      await sm.init()
      for (const payload of ['text', 5, null, []]) await rejects(sm.updateContact(payload), { code: 'E_BAD_REQUEST', executed: 'no' }, String(payload))
      for (const options of [{ idempotencyKey: '' }, { idempotencyKey: 'x'.repeat(65) }, { contactId: 5 }, { timeoutMs: NaN }, { timeoutMs: Infinity }, { timeoutMs: 4e6 }, { signal: 'stop' }]) {
        await rejects(sm.updateContact({}, options), { code: 'E_BAD_REQUEST', executed: 'no' }, Object.entries(options).join())
      }
      same(await desk.runs(), [])
      same((await sm.getUser()).username, 'ben')
    },
  },
  {
    name: 'options that are wrong are E_BAD_REQUEST',
    needs: ['checks'],
    async run({ make }) {
      const sm = make()
      await sm.init()
      for (const timeoutMs of [0, -1, NaN, Infinity, '5', 4e6]) await rejects(sm.getUser({ timeoutMs }), { code: 'E_BAD_REQUEST', path: 'timeoutMs' })
      await rejects(sm.updateContact({}, { contactId: '' }), { code: 'E_BAD_REQUEST', path: 'contactId' })
      await rejects(sm.updateContact({}, { idempotencyKey: 'x'.repeat(65) }), { code: 'E_BAD_REQUEST', path: 'idempotencyKey' })
      await rejects(sm.getUser({ signal: 'stop' }), { code: 'E_BAD_REQUEST', path: 'signal' })
    },
  },
  {
    name: 'without its scope a method is E_FORBIDDEN and is not run',
    host: { plugins: [manifest(['agent:read', 'call:observe'])] },
    async run({ make, desk }) {
      const sm = make()
      const { granted, denied, plugin } = await sm.init()
      same([[...granted].sort(), plugin.id, plugin.type], [['agent:read', 'call:observe'], 'acme.contract', 'call'])
      ok(denied.includes('ui:show') && denied.length === 7, denied.join())
      for (const method of ['update_contact', 'show_popup_message', 'transfer_call']) await desk.handle(method, { result: {} })
      await rejects(sm.updateContact({ a: '1' }), { code: 'E_FORBIDDEN', executed: 'no', message: /contact:write/ })
      await rejects(sm.send('show_popup_message', { type: 'SUCCESS', popupMessage: 'x' }), { code: 'E_FORBIDDEN', message: /ui:notify/ })
      await rejects(sm.send('transfer_call', { number: '+442071838750' }), { code: 'E_FORBIDDEN', message: /call:transfer/ })
      await rejects(sm.showPlugin(), { code: 'E_FORBIDDEN', message: /ui:show/ })
      same([await desk.runs(), (await sm.getUser()).name], [[], 'Ben'])
    },
  },
  {
    name: 'a handler\'s own error arrives as it is, any other as E_INTERNAL without its text',
    async run({ make, desk, SmartAgentError }) {
      const sm = make()
      await sm.init()
      const issues = [{ path: 'name', rule: 'type', message: 'is not known', hint: 'Billing' }]
      const body = { code: 'E_NOT_FOUND', message: 'no such quick connect', path: 'name', issues }
      await desk.emit('call_started', conference)
      await desk.handle('quick_connect', { error: body })
      const error = await rejects(sm.send('quick_connect', { name: 'Biling' }, { idempotencyKey: 'k' }), { ...body, idempotencyKey: 'k' })
      ok(error instanceof SmartAgentError, 'of the one class')
      await desk.handle('update_quick_connects', { error: body })
      has(await rejects(sm.send('update_quick_connects'), { ...body, executed: 'no', retryable: false }), { name: 'SmartAgentError' })
      await desk.handle('update_quick_connects', { error: { code: 'E_UNAVAILABLE', message: 'later', retryAfterMs: 50 } })
      await rejects(sm.send('update_quick_connects'), { code: 'E_UNAVAILABLE', message: 'later', retryAfterMs: 50, retryable: true })
      await desk.handle('update_quick_connects', { throws: 'password 1234' })
      const hidden = await rejects(sm.send('update_quick_connects'), { code: 'E_INTERNAL', executed: 'unknown', retryable: true })
      ok(!hidden.message.includes('1234'), hidden.message)
      same(JSON.parse(JSON.stringify(hidden)).code, 'E_INTERNAL')
    },
  },
  {
    name: 'what a desktop does not handle is E_UNAVAILABLE and says so',
    async run({ make, desk }) {
      const sm = make()
      await sm.init()
      await desk.emit('call_started', conference)
      for (const [name, payload] of [['transfer_call', { number: '+442071838750' }], ['update_customer', { name: 'Ben' }]]) {
        await rejects(sm.send(name, payload), { code: 'E_UNAVAILABLE', executed: 'no' }, name)
      }
    },
  },
]
