// @ts-nocheck: the suite hands in what types would not let through
// What an outage is to a client.
import { has, rejects, same, turn, until } from './check.js'
import { conference } from './samples.js'
import { watch } from './watch.js'

/** @type {import('./suite.js').Step[]} */
export const LINK_STEPS = [
  {
    name: 'a link that breaks is dialled again: calls wait, and nothing is lost in silence',
    needs: ['drop', 'resume'],
    async run({ make, desk }) {
      const sm = make()
      const { told, names } = watch(sm)
      await sm.init()
      await desk.drop()
      await until(() => sm.state === 'interrupted')
      const call = sm.getCompanyID()
      await turn(50)
      same(sm.state, 'interrupted')
      await desk.restore()
      same(await call, 'acme')
      same([sm.state, names().slice(0, 3)], ['ready', ['ready', 'interrupted', 'ready']])
      same(typeof told[1][1].code, 'number')
    },
  },
  {
    name: 'events and answers of an outage arrive once, in order',
    needs: ['drop', 'resume'],
    async run({ make, desk }) {
      const sm = make()
      const { names } = watch(sm)
      const heard = []
      sm.on('acme.a', ({ n }) => heard.push(n))
      await sm.init()
      await desk.emit('call_started', conference)
      await desk.handle('update_customer', { echo: 'name', delaysMs: [100] })
      await desk.emit('acme.a', { n: 0 })
      const call = sm.send('update_customer', { name: 'while away' }, { timeoutMs: 9_000 })
      await until(async () => (await desk.runs()).length === 1)
      await desk.drop()
      await until(() => sm.state === 'interrupted')
      await desk.emitMany([['acme.a', { n: 1 }], ['acme.a', { n: 2 }]])
      const queued = sm.send('update_customer', { name: 'queued' }, { timeoutMs: 9_000 })
      await turn(150)
      await desk.restore()
      same([(await call).customer.name, (await queued).customer.name], ['while away', 'queued'])
      await desk.emit('acme.a', { n: 3 })
      await until(() => heard.length >= 4)
      same([heard, names()], [[0, 1, 2, 3], ['ready', 'interrupted', 'ready']])
      same((await desk.runs()).length, 2)
    },
  },
  {
    name: 'a session that is lost brings one resync, and open calls say that their outcome is unknown',
    needs: ['drop'],
    async run({ make, desk }) {
      const sm = make()
      const { told, names } = watch(sm)
      await sm.init()
      await desk.handle('get_user', { hang: true })
      const open = sm.getUser({ timeoutMs: 9_000 })
      open.catch(() => {})
      await until(async () => (await desk.runs()).length === 1)
      await desk.drop()
      await until(() => sm.state === 'interrupted')
      await desk.remove()
      await desk.restore()
      await rejects(open, { code: 'E_OUTCOME_UNKNOWN', executed: 'unknown', retryable: true })
      await until(() => names().includes('resync'))
      const [, { snapshot, unsettled, reason }] = told.find(([event]) => event === 'resync')
      has(snapshot, { companyId: 'acme', contacts: [] })
      same([unsettled, typeof reason, sm.state], [1, 'string', 'ready'])
      same(await sm.getCompanyID(), 'acme')
      same(names().filter((name) => name === 'resync').length, 1)
    },
  },
  {
    name: 'calls that do not fit while the link is away are E_OUTBOX_FULL, and drain says when there is room',
    needs: ['drop', 'resume'],
    async run({ make, desk }) {
      const sm = make()
      let drained = 0
      sm.on('drain', () => { drained++ })
      await sm.init()
      await desk.drop()
      await until(() => sm.state === 'interrupted')
      const calls = Array.from({ length: 1_024 }, () => sm.getCompanyID({ timeoutMs: 20_000 }))
      await rejects(sm.getCompanyID(), { code: 'E_OUTBOX_FULL', executed: 'no', retryable: true })
      same(drained, 0)
      await desk.restore()
      same(new Set(await Promise.all(calls)).size, 1)
      await until(() => drained === 1)
      same(await sm.getCompanyID(), 'acme')
    },
  },
]
