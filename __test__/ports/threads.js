// One process, two threads: a host in one, a plugin in the other. The first argument says which is in the worker, the
// second may say that it is terminated. `whole` is a plugin in a worker that is its port itself.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { messagePort, SmartAgent } from '../../index.js'
import { SmartAgentHost } from '../../host.js'

const inWorker = process.argv[2]
const terminated = process.argv[3] === 'terminate'

/** @param {any} port */
async function plugin(port) {
  const sm = new SmartAgent({ transport: messagePort(port) })
  /** @type {number[]} */
  const heard = []
  sm.on(/** @type {any} */ ('acme.tick'), (/** @type {any} */ { n }) => void heard.push(n))
  await sm.init()
  console.log(`company ${await sm.getCompanyID()}`)
  while (heard.length < 50) await sm.waitFor(/** @type {any} */ ('acme.tick'))
  console.log(`heard ${heard.every((n, index) => n === index)}`)
  // Whoever is terminated says nothing on its link.
  if (terminated) parentPort?.postMessage('enough')
  else await sm.close()
}

/** @param {any} port */
function host(port) {
  const desk = new SmartAgentHost({ companyId: 'acme' })
  desk.attachPort(port, { plugin: 'acme.threads' }).closed.then(() => console.log('port closed'))
  desk.on('session', ({ change, session }) => {
    console.log(change)
    if (change === 'opened') for (let n = 0; n < 50; n++) desk.emit(/** @type {any} */ ('acme.tick'), { n }, { session: session.session })
  })
}

if (isMainThread) {
  const { port1, port2 } = new MessageChannel()
  const worker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2), workerData: { port: port2 }, transferList: [/** @type {any} */ (port2)] })
  if (terminated) worker.once('message', () => void worker.terminate())
  if (inWorker === 'plugin') host(port1)
  else if (inWorker === 'whole') host(worker)
  else await plugin(port1)
} else if (inWorker === 'whole') await plugin(parentPort)
else if (inWorker === 'plugin') await plugin(workerData.port)
else host(workerData.port)
