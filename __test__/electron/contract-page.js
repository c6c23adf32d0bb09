// A plugin's page that runs the steps of the contract suite. What they ask of the desk goes by `next()` and `answer()`, which
// the test calls. Served as text.
export const CONTRACT_PAGE = `
import { preloadPort, SmartAgent, SmartAgentError } from '/sdk/js/browser/index.js'
import { PLUGIN } from '/sdk/__test__/contract/samples.js'
import { STEPS } from '/sdk/__test__/contract/suite.js'

const said = []
let waiting
const say = (message) => {
  if (waiting) [waiting, message] = [waiting(message), undefined]
  else said.push(message)
}
/** The next thing that the running step wants, or how it ended. */
window.next = () => new Promise((resolve) => {
  if (said.length > 0) resolve(said.shift())
  else waiting = (message) => { resolve(message) }
})

const asked = new Map()
window.answer = (id, { result, error }) => {
  const { resolve, reject } = asked.get(id)
  asked.delete(id)
  if (error) reject(Object.assign(new Error(error.message), error))
  else resolve(result)
}
const ask = (method, args) => new Promise((resolve, reject) => {
  const id = asked.size === 0 ? 1 : Math.max(...asked.keys()) + 1
  asked.set(id, { resolve, reject })
  say({ id, method, args })
})
const desk = new Proxy({}, { get: (target, method) => (...args) => ask(method, args) })

window.run = async (name) => {
  const clients = []
  const make = (options) => {
    const client = new SmartAgent({ transport: preloadPort(), plugin: { id: PLUGIN, version: '1.0.0' }, ...options })
    clients.push(client)
    return client
  }
  try {
    await STEPS.find((step) => step.name === name).run({ make, SmartAgentError, desk })
    await Promise.all(clients.map((client) => client.close()))
    say({ done: true })
  } catch (error) {
    say({ failed: String(error.stack ?? error) })
  }
}
window.loaded = true
`
