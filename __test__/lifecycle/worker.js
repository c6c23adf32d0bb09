import { parentPort, workerData } from 'node:worker_threads'
import { SmartAgent } from '../../index.js'

const sm = new SmartAgent(workerData)
let heard = 0
sm.on(/** @type {any} */ ('acme.tick'), () => {
  heard++
  sm.getCompanyID().catch(() => {})
  if (heard === 1) parentPort?.postMessage('heard')
})
sm.on('error', () => {})
await sm.init()
parentPort?.postMessage('ready')
