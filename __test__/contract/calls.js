// @ts-nocheck: the suite hands in what types would not let through
// What a plugin asks for, and how calls end.
import { has, ok, rejects, same, turn, until } from './check.js'
import { conference, contact, MESSAGE_SAMPLES, snapshot } from './samples.js'

/** @type {import('./suite.js').Step[]} */
export const CALL_STEPS = [
  {
    name: 'each of the 8 messages brings its payload and resolves with its answer',
    async run({ make, desk }) {
      const sm = make()
      await sm.init()
      await desk.emit('call_started', conference)
      for (const [name, [payload, result]] of Object.entries(MESSAGE_SAMPLES)) {
        await desk.handle(name, { result })
        same(await sm.sendMessage(name, payload), result, name)
        same(await sm.send(name, payload, { timeoutMs: 5_000 }), result, name)
      }
      const runs = await desk.runs()
      same(runs.map(({ method }) => method), Object.keys(MESSAGE_SAMPLES).flatMap((name) => [name, name]))
      for (const { method, payload, plugin } of runs) same([payload, plugin], [MESSAGE_SAMPLES[method][0], 'acme.contract'], method)
      same(runs[0].contactId, 'c1')
    },
  },
  {
    name: 'every method resolves with what the desktop knows',
    async run({ make, desk }) {
      const sm = make()
      await sm.init()
      await desk.applySnapshot(snapshot([contact('c1'), contact('c2', 'ended')]))
      has(await sm.getUser(), { username: 'ben', name: 'Ben' })
      same(await sm.getCompanyID(), 'acme')
      same((await sm.getContacts()).map(({ contactId }) => contactId), ['c1', 'c2'])
      same((await sm.getContacts())[0], contact('c1'))
      same([(await sm.getContact('c2')).contactId, (await sm.getContact()).contactId, await sm.getContact('nobody')], ['c2', 'c1', null])
      await desk.handle('update_contact', { result: { contactId: 'c1', initialContactId: null, attributes: { a: '1' } } })
      same(await sm.updateContact({ a: '1' }), { contactId: 'c1', initialContactId: null, attributes: { a: '1' } })
    },
  },
  {
    name: 'what a plugin shows is what its desktop is told',
    async run({ make, desk }) {
      const sm = make()
      await sm.init()
      same([await sm.showPlugin(), await sm.setTitleTag('Three orders 🎧'), await sm.hidePlugin()], [undefined, undefined, undefined])
      const { notificationIds } = await sm.send('show_notification', { type: 'CREATE_NOTIFICATION', header: 'h', text: 't' })
      same(notificationIds.length, 1)
      same(await sm.send('show_notification', { type: 'CLEAR_NOTIFICATION' }), { notificationIds })
      await sm.send('show_popup_message', { type: 'ERROR', popupMessage: 'no' })
      await until(async () => (await desk.notices('popup')).length === 1)
      same((await desk.notices('visibility')).map(({ visible }) => visible), [true, false])
      has((await desk.notices('title'))[0], { title: 'Three orders 🎧', plugin: 'acme.contract' })
      has((await desk.notices('popup'))[0], { type: 'ERROR', message: 'no' })
      same((await desk.notices('notification')).map(({ change }) => change), ['created', 'cleared'])
    },
  },
  {
    name: 'a hundred calls at once each get their own answer',
    async run({ make, desk }) {
      const sm = make()
      await sm.init()
      await desk.emit('call_started', conference)
      await desk.handle('update_customer', { echo: 'name', delaysMs: [20, 0, 10, 5] })
      const names = Array.from({ length: 100 }, (_, n) => `customer ${n}`)
      const answers = await Promise.all(names.map((name) => sm.sendMessage('update_customer', { name })))
      same(answers.map(({ customer }) => customer.name), names)
    },
  },
  {
    name: 'messages run in the order they were sent',
    async run({ make, desk }) {
      const sm = make()
      await sm.init()
      await desk.emit('call_started', conference)
      await desk.handle('update_customer', { echo: 'name' })
      const names = Array.from({ length: 150 }, (_, n) => `${n}`)
      await Promise.all(names.map((name) => sm.sendMessage('update_customer', { name })))
      same((await desk.runs()).map(({ payload }) => payload.name), names)
    },
  },
  {
    name: 'calls are paced to what the desktop takes, and none is refused for it',
    needs: ['paced'],
    host: { limits: { ratePerSecond: 100, burst: 10 } },
    async run({ make }) {
      const sm = make()
      await sm.init()
      const started = Date.now()
      const answers = await Promise.all(Array.from({ length: 40 }, () => sm.getCompanyID()))
      same(answers.length, 40)
      ok(Date.now() - started >= 200, `40 calls in ${Date.now() - started} ms`)
    },
  },
  {
    name: 'a call that nobody answers ends with E_TIMEOUT, and the desktop is told to give up',
    async run({ make, desk }) {
      const sm = make()
      await sm.init()
      await desk.handle('get_user', { hang: true })
      const started = Date.now()
      await rejects(sm.getUser({ timeoutMs: 150 }), { code: 'E_TIMEOUT', retryable: true })
      ok(Date.now() - started < 2_000, 'in time')
      await until(async () => (await desk.runs()).every(({ aborted }) => aborted))
      same(await sm.getCompanyID(), 'acme')
    },
  },
  {
    name: 'an aborted call rejects at once with its reason, and the desktop is told',
    async run({ make, desk }) {
      const sm = make()
      await sm.init()
      await desk.handle('update_quick_connects', { hang: true })
      const controller = new AbortController()
      const call = sm.send('update_quick_connects', undefined, { signal: controller.signal })
      await until(async () => (await desk.runs()).length === 1)
      const reason = new Error('changed my mind')
      controller.abort(reason)
      ok((await rejects(call, { code: 'E_CANCELLED', executed: 'unknown' })).cause === reason, 'with its reason')
      await until(async () => (await desk.runs())[0].aborted)
      const before = await rejects(sm.getUser({ signal: AbortSignal.abort(reason) }), { code: 'E_CANCELLED', executed: 'no' })
      ok(before.cause === reason, 'with its reason')
    },
  },
  {
    name: 'the same idempotency key runs once, another payload under it is refused',
    async run({ make, desk }) {
      const sm = make()
      await sm.init()
      await desk.emit('call_started', conference)
      await desk.handle('update_customer', { echo: 'name' })
      const first = await sm.send('update_customer', { name: 'a' }, { idempotencyKey: 'k' })
      same(await sm.send('update_customer', { name: 'a' }, { idempotencyKey: 'k' }), first)
      same((await desk.runs()).length, 1)
      await rejects(sm.send('update_customer', { name: 'b' }, { idempotencyKey: 'k' }), { code: 'E_IDEMPOTENCY_CONFLICT', idempotencyKey: 'k', executed: 'no' })
      await sm.send('update_customer', { name: 'a' })
      await sm.send('update_customer', { name: 'a' })
      same((await desk.runs()).length, 3)
    },
  },
  {
    name: 'a contact that is not named is the focused one, else the only active one, else an error',
    async run({ make, desk }) {
      const sm = make()
      await sm.init()
      await rejects(sm.updateContact({ a: '1' }), { code: 'E_NO_CONTACT', executed: 'no', idempotencyKey: /^[0-9a-f-]{16,64}$/ })
      await desk.applySnapshot({ ...snapshot([contact('c1', 'connected'), contact('c2', 'connected')]), focusedContactId: null })
      await desk.handle('update_contact', { result: { contactId: 'c1', initialContactId: null, attributes: {} } })
      const issues = (await rejects(sm.updateContact({ a: '1' }), { code: 'E_CONFLICT', executed: 'no' })).issues
      ok(JSON.stringify(issues).includes('c1') && JSON.stringify(issues).includes('c2'), 'names both')
      await sm.updateContact({ a: '1' }, { contactId: 'c2' })
      await rejects(sm.updateContact({ a: '1' }, { contactId: 'nobody' }), { code: 'E_NOT_FOUND', executed: 'no' })
      await desk.applySnapshot(snapshot([contact('c2', 'connected'), contact('c1', 'connected')]))
      await sm.updateContact({ a: '1' })
      same((await desk.runs()).map(({ contactId }) => contactId), ['c2', 'c2'])
    },
  },
  {
    name: 'an answer that comes too late is dropped',
    async run({ make, desk }) {
      const sm = make()
      const errors = []
      sm.on('error', (error) => errors.push(error))
      await sm.init()
      await desk.emit('call_started', conference)
      await desk.handle('update_customer', { echo: 'name', delaysMs: [200] })
      await rejects(sm.send('update_customer', { name: 'late' }, { timeoutMs: 60 }), { code: 'E_TIMEOUT' })
      await turn(250)
      same([(await sm.send('update_customer', { name: 'next' })).customer.name, errors.length], ['next', 0])
    },
  },
]
