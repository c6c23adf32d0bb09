// A host process for blocked.test.js: `setTitleTag('go')` starts the events, 'stop' ends them, and the company id is the last number.
import { SmartAgentHost } from '../../host.js'
import { user } from '../desk.js'

const [rate = '1000', characters = '10'] = process.argv.slice(2)
const host = new SmartAgentHost({ user, token: 'shared' })
const text = 'x'.repeat(Number(characters))
let last = -1
/** @type {NodeJS.Timeout | undefined} */
let timer

host.on('title', ({ title }) => {
  clearInterval(timer)
  if (title !== 'go') return
  const started = performance.now() - (last + 1) / Number(rate) * 1_000
  timer = setInterval(() => {
    const due = Math.floor((performance.now() - started) / 1_000 * Number(rate))
    while (last < due) host.emit('acme.tick', { n: ++last, text })
  }, 5)
})
host.on('session', ({ change, reason }) => console.log(change, reason))
host.handle('get_company_id', () => ({ companyId: `${last}` }))
const { port } = await host.listen({ port: 0 })
console.log(`port ${port}`)
