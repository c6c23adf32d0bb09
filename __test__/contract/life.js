// How a client begins, is interrupted and ends.
import { has, ok, rejects, same, turn, until } from './check.js'
import { conference } from './samples.js'

/** Everything that a client tells about its link. @param {any} sm */
function watch(sm) {
  const told = []
  for (const event of ['ready', 'interrupted', 'resync', 'closed']) sm.on(event, (facts) => told.push([event, facts]))
  return { told, names: () => told.map(([event]) => event) }
}

/** @type {import('./suite.js').Step[]} */
export const LIFE_STEPS = [
  {
    name: 'init resolves with who the plugin is, what it may do and what there is',
    async run({ make, desk }) {
      const sm = make()
      same(sm.state, 'idle')
      const { names } = watch(sm)
      const first = sm.init()
      same(sm.state, 'connecting')
      ok(first === sm.init(), 'one promise')
      const result = await first
      same(sm.state, 'ready')
      has(result, { companyId: 'acme', contacts: [], denied: [], protocol: 1 })
      has(result.user, { username: 'ben' })
      has(result.plugin, { id: 'acme.contract' })
      has(result.host, { name: /./, version: /./, source: 'host' })
      same(result.granted.length, 9)
      ok(await sm.init() === result, 'the same again')
      same(names(), ['ready'])
      has((await desk.sessions())[0], { plugin: 'acme.contract', connected: true, responding: true, agent: 'default' })
    },
  },
  {
    name: 'calls before init are E_NOT_READY, calls while it connects wait, calls after close are E_CLOSED',
    async run({ make }) {
      const sm = make()
      await rejects(sm.getCompanyID(), { code: 'E_NOT_READY', executed: 'no' })
      const ready = sm.init()
      same(await sm.getCompanyID(), 'acme')
      await ready
      await sm.close()
      same(sm.state, 'closed')
      await rejects(sm.getCompanyID(), { code: 'E_CLOSED', executed: 'no' })
    },
  },
  {
    name: 'close settles what is open, tells it once and takes less than a second',
    async run({ make, desk }) {
      const sm = make()
      const { told } = watch(sm)
      await sm.init()
      await desk.handle('get_user', { hang: true })
      const open = sm.getUser()
      open.catch(() => {})
      await until(async () => (await desk.runs()).length === 1)
      const started = Date.now()
      const closing = sm.close()
      ok(sm.close() === closing, 'one promise')
      await closing
      ok(Date.now() - started < 1_000, 'quickly')
      await rejects(open, { code: 'E_CLOSED', executed: 'unknown' })
      await sm.close()
      same(told.filter(([event]) => event === 'closed').map(([, { code }]) => code), [1000])
      await until(async () => (await desk.sessions()).length === 0)
    },
  },
  {
    name: 'close while it connects rejects init',
    async run({ make }) {
      const sm = make()
      const init = sm.init()
      init.catch(() => {})
      await sm.close()
      await rejects(init, { code: 'E_CLOSED' })
      same(sm.state, 'closed')
    },
  },
  {
    name: 'after close a new init starts afresh with the same listeners',
    needs: ['again'],
    async run({ make, desk }) {
      const sm = make()
      const heard = []
      sm.on('acme.a', ({ n }) => heard.push(n))
      await sm.init()
      const closing = sm.close()
      await sm.init()
      await closing
      same(sm.state, 'ready')
      await desk.emit('acme.a', { n: 1 })
      await until(() => heard.length > 0)
      await turn(30)
      same(heard, [1])
    },
  },
  {
    name: 'a session that its desktop removes is closed for good',
    async run({ make, desk }) {
      const sm = make()
      const { told, names } = watch(sm)
      await sm.init()
      await desk.handle('get_user', { hang: true })
      const open = sm.getUser()
      open.catch(() => {})
      await until(async () => (await desk.runs()).length === 1)
      same(await desk.remove(), 1)
      await until(() => sm.state === 'closed')
      await rejects(open, { code: 'E_CLOSED', executed: 'unknown' })
      await rejects(sm.getCompanyID(), { code: 'E_CLOSED' })
      same([names(), told[1][1].code], [['ready', 'closed'], 4513])
    },
  },
  {
    name: 'a link that breaks is dialled again: calls wait, and nothing is lost in silence',
    needs: ['drop'],
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
]
