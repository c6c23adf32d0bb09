// @ts-nocheck: the suite hands in what types would not let through
// How listeners, waiters and iterators are called.
import { has, ok, rejects, same, turn, until } from './check.js'

/** @type {import('./suite.js').Step[]} */
export const LISTENER_STEPS = [
  {
    name: 'each listener hears an event once, in the order they came, until it is removed',
    async run({ make, desk }) {
      const sm = make()
      const heard = []
      const one = () => heard.push('one')
      const undo = sm.on('acme.a', one)
      sm.on('acme.a', one)
      const removeTwo = sm.on('acme.a', () => heard.push('two'))
      sm.once('acme.a', () => heard.push('once'))
      await sm.init()
      await desk.emitMany([['acme.a', {}], ['acme.a', {}]])
      await until(() => heard.length === 5)
      same(heard, ['one', 'two', 'once', 'one', 'two'])
      undo()
      same([sm.off('acme.a', one), sm.off('acme.other')], [false, false])
      removeTwo()
      sm.on('acme.a', () => heard.push('last'))
      await desk.emit('acme.a', {})
      await until(() => heard.length === 6)
      same([heard[5], sm.off('acme.a'), sm.off('acme.a')], ['last', true, false])
    },
  },
  {
    name: 'who asks for an event once and then for each of them hears each of them',
    async run({ make, desk }) {
      const sm = make()
      let heard = 0
      const listener = () => void heard++
      sm.once('acme.a', listener)
      sm.on('acme.a', listener)
      await sm.init()
      await desk.emitMany([['acme.a', {}], ['acme.a', {}]])
      await until(() => heard === 2)
      same(sm.off('acme.a', listener), true)
    },
  },
  {
    name: 'a signal removes its listener',
    async run({ make, desk }) {
      const sm = make()
      const heard = []
      const controller = new AbortController()
      sm.on('acme.a', () => heard.push('signalled'), { signal: controller.signal })
      sm.on('acme.a', () => heard.push('kept'))
      sm.on('acme.a', () => heard.push('never'), { signal: AbortSignal.abort() })
      await sm.init()
      await desk.emit('acme.a', {})
      await until(() => heard.length === 2)
      controller.abort()
      await desk.emit('acme.a', {})
      await until(() => heard.length === 3)
      same(heard, ['signalled', 'kept', 'kept'])
    },
  },
  {
    name: 'a listener that throws or rejects is told by the error event and stops nobody else',
    async run({ make, desk, SmartAgentError }) {
      const sm = make()
      const [heard, errors] = [[], []]
      const [thrown, rejected] = [new Error('thrown'), new Error('rejected')]
      sm.on('error', (error) => errors.push(error))
      sm.on('acme.a', () => { throw thrown })
      sm.on('acme.a', async () => { throw rejected })
      sm.on('acme.a', () => heard.push('last'))
      await sm.init()
      await desk.emit('acme.a', {})
      await until(() => heard.length === 1 && errors.length === 2)
      ok(errors.every((error) => error instanceof SmartAgentError && error.code === 'E_INTERNAL'), 'errors of the one class')
      ok(errors.some(({ cause }) => cause === thrown) && errors.some(({ cause }) => cause === rejected), 'with their causes')
    },
  },
  {
    name: 'a listener may add, remove and call from within',
    async run({ make, desk }) {
      const sm = make()
      const heard = []
      const removed = () => heard.push('removed')
      sm.on('acme.a', async () => {
        sm.off('acme.a', removed)
        sm.once('acme.a', () => heard.push('added'))
        heard.push(await sm.getCompanyID())
      })
      sm.on('acme.a', removed)
      await sm.init()
      await desk.emit('acme.a', {})
      await until(() => heard.includes('acme'))
      same(heard, ['acme'])
      await desk.emit('acme.a', {})
      await until(() => heard.length === 3)
      ok(heard.includes('added'), heard.join())
    },
  },
  {
    name: 'waitFor resolves with the next payload that its filter lets through',
    async run({ make, desk }) {
      const sm = make()
      await sm.init()
      const waiting = sm.waitFor('acme.a', { filter: ({ n }, { event }) => n > 1 && event === 'acme.a' })
      await desk.emitMany([['acme.a', { n: 1 }], ['acme.a', { n: 2 }], ['acme.a', { n: 3 }]])
      same(await waiting, { n: 2 })
      // An answer comes after what was sent before it.
      await sm.getCompanyID()
      await rejects(sm.waitFor('acme.a', { timeoutMs: 50 }), { code: 'E_TIMEOUT' })
      const reason = new Error('enough')
      const controller = new AbortController()
      const cancelled = sm.waitFor('acme.a', { signal: controller.signal })
      controller.abort(reason)
      ok((await rejects(cancelled, { code: 'E_CANCELLED' })).cause === reason, 'with its reason')
      await rejects(sm.waitFor('nodots'), { code: 'E_UNKNOWN_EVENT' })
      const ended = sm.waitFor('acme.a')
      const closing = sm.close()
      await rejects(ended, { code: 'E_CLOSED' })
      await closing
    },
  },
  {
    name: 'events() yields payloads in order and ends with the client',
    async run({ make, desk }) {
      const sm = make()
      await sm.init()
      const stream = sm.events('acme.a')
      await desk.emitMany([['acme.a', { n: 1 }], ['acme.b', { n: 2 }], ['acme.a', { n: 3 }]])
      const heard = []
      const reading = (async () => { for await (const { n } of stream) heard.push(n) })()
      await until(() => heard.length === 2)
      await sm.close()
      await reading
      same(heard, [1, 3])
      has(await sm.events('acme.a').next(), { done: true })
    },
  },
  {
    name: 'events() that nobody reads says E_OVERFLOW after 1,024',
    async run({ make, desk }) {
      const sm = make()
      let last = -1
      sm.on('acme.a', ({ n }) => { last = n })
      await sm.init()
      const stream = sm.events('acme.a')
      await desk.emitMany(Array.from({ length: 600 }, (_, n) => ['acme.a', { n }]))
      await until(() => last === 599)
      await desk.emitMany(Array.from({ length: 600 }, (_, n) => ['acme.a', { n: n + 600 }]))
      await until(() => last === 1_199)
      for (let n = 0; n < 1_024; n++) same((await stream.next()).value, { n })
      await rejects(stream.next(), { code: 'E_OVERFLOW' })
      has(await stream.next(), { done: true })
    },
  },
  {
    name: 'no listener is called after off() or close()',
    async run({ make, desk }) {
      const sm = make()
      const heard = []
      const gone = () => heard.push('off')
      sm.on('acme.a', gone)
      sm.on('acme.b', () => heard.push('b'))
      await sm.init()
      const sending = desk.emitMany([['acme.a', {}], ['acme.b', {}]])
      sm.off('acme.a', gone)
      await sending
      await until(() => heard.length === 1)
      const last = desk.emitMany(Array.from({ length: 50 }, () => ['acme.b', {}]))
      await sm.close()
      const { length } = heard
      await last
      await turn(50)
      same([heard.length, heard.includes('off')], [length, false])
    },
  },
]
