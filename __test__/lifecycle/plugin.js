// A plugin process for the lifecycle tests: `node plugin.js <scene>`, with SMARTAGENT_URL and SMARTAGENT_TOKEN set.
import { createRequire } from 'node:module'
import SmartAgent, { SmartAgentError } from '../../index.js'

const scenes = {
  async idle() {
    await new SmartAgent().init()
  },
  async listening() {
    const sm = new SmartAgent()
    sm.on('incoming_call', () => {})
    await sm.init()
  },
  async unref() {
    const sm = new SmartAgent()
    sm.on('incoming_call', () => {})
    await sm.init()
    sm.unref()
  },
  async localListener() {
    const sm = new SmartAgent()
    sm.on('closed', () => {})
    await sm.init()
  },
  async off() {
    const sm = new SmartAgent()
    const undo = sm.on('incoming_call', () => {})
    await sm.init()
    undo()
  },
  async pending() {
    const sm = new SmartAgent()
    await sm.init()
    const { name } = await sm.getUser()
    console.log(`user ${name}`)
  },
  async exitInListener() {
    const sm = new SmartAgent()
    sm.on('incoming_call', () => process.exit(7))
    await sm.init()
  },
  async uncaught() {
    const sm = new SmartAgent()
    sm.on('incoming_call', () => void setImmediate(() => { throw new Error('nobody catches this') }))
    await sm.init()
  },
  async throwing() {
    const sm = new SmartAgent()
    sm.on('incoming_call', ({ contactId }) => {
      console.log(`got ${contactId}`)
      throw new Error('thrown in a listener')
    })
    await sm.init()
  },
  async bothModuleSystems() {
    const required = createRequire(import.meta.url)('smartagent-plugin-sdk')
    const imported = await import('smartagent-plugin-sdk')
    if (required.SmartAgent !== imported.SmartAgent || required.default !== SmartAgent || imported.default !== SmartAgent) throw new Error('two classes')
    if (required.SmartAgentError !== SmartAgentError) throw new Error('two error classes')
    const addons = Object.keys(createRequire(import.meta.url).cache).filter((file) => file.endsWith('.node'))
    if (addons.length !== 0) throw new Error('importing loaded the addon')
    const one = new required.SmartAgent()
    const other = new imported.SmartAgent()
    await Promise.all([one.init(), other.init()])
    await Promise.all([one.close(), other.close()])
  },
}

const scene = /** @type {keyof typeof scenes} */ (process.argv[2])
await scenes[scene]()
console.log('ready')
