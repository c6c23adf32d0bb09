// @ts-nocheck: the suite hands in what types would not let through
// How a client begins, is interrupted and ends.
import { has, ok, rejects, same, turn, until } from './check.js'
import { contact, snapshot } from './samples.js'
import { watch } from './watch.js'

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
    name: 'init brings the contacts that are there, and the events that follow',
    async run({ make, desk }) {
      await desk.applySnapshot(snapshot([contact('c1'), contact('c2', 'connected')]))
      const sm = make()
      const heard = []
      sm.on('call_started', ({ contactId }) => heard.push(contactId))
      const { contacts, user } = await sm.init()
      same([contacts, user.name], [[contact('c1'), contact('c2', 'connected')], 'Ben'])
      await desk.applySnapshot(snapshot([contact('c1', 'connected'), contact('c2', 'connected')]))
      await until(() => heard.length > 0)
      await sm.getCompanyID()
      same(heard, ['c1'])
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
      await Promise.all([closing, sm.close()])
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
]
